package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.capstan.registry.Metadata;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.OnConflict;
import io.capstan.registry.Terms;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Names that favour availability. An owner's metadata say who it is; one that loses a name lives on. */
final class NameService implements Service {
    private final Names names;
    private final Owners owners;

    NameService(Names names, Owners owners) {
        this.names = names;
        this.owners = owners;
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        Name<String> name = Name.of(request.name(), String.class);
        String self = owners.identity(request.client());
        return switch (request.f()) {
            case "register" -> {
                Terms<String> terms = Terms.<String>within(request.timeout())
                        .metadata(Metadata.of(self))
                        .onConflict(OnConflict.tellLoser(conflict -> "lost " + conflict.name()));
                yield names.register(name, owners.of(request.client()), terms)
                        .thenApply(registration -> TextNode.valueOf(self));
            }
            case "unregister" -> names.unregister(name, request.timeout()).thenApply(BooleanNode::valueOf);
            case "whereis" ->
                CompletableFuture.completedStage(names.owner(name)
                        .<JsonNode>map(
                                owner -> TextNode.valueOf(owner.metadata().text()))
                        .orElse(NullNode.instance));
            default -> throw new IllegalArgumentException(request.f());
        };
    }
}
