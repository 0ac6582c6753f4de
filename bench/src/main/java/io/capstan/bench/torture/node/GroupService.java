package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.capstan.registry.Metadata;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.Groups;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Groups; a member's metadata say who it is. */
final class GroupService implements Service {
    private final Groups groups;
    private final Owners owners;

    GroupService(Groups groups, Owners owners) {
        this.groups = groups;
        this.owners = owners;
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        Group<String> group = Group.of(request.name(), String.class);
        String self = owners.identity(request.client());
        return switch (request.f()) {
            case "join" ->
                groups.join(group, owners.of(request.client()), Metadata.of(self))
                        .thenApply(done -> TextNode.valueOf(self));
            case "leave" ->
                groups.leave(group, owners.of(request.client())).thenApply(left -> {
                    if (!left) {
                        throw NotDone.refused("NO_MEMBER");
                    }
                    return TextNode.valueOf(self);
                });
            case "end" -> {
                owners.end(request.client());
                yield CompletableFuture.completedStage(TextNode.valueOf(self));
            }
            case "members" -> {
                ArrayNode members = JsonNodeFactory.instance.arrayNode();
                groups.entries(group).stream()
                        .map(member -> member.metadata().text())
                        .sorted()
                        .forEach(members::add);
                yield CompletableFuture.completedStage(members);
            }
            default -> throw new IllegalArgumentException(request.f());
        };
    }
}
