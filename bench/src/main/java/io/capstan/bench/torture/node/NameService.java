package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.capstan.actors.Node;
import io.capstan.registry.Metadata;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.OnConflict;
import io.capstan.registry.Terms;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names that favour availability. An owner's metadata say which registration made it one; who loses a name is told, and lives
 * on.
 */
final class NameService implements Service {
    private final Names names;
    private final Owners owners;
    private final Believers believers = new Believers();
    private final AtomicLong registrations = new AtomicLong();

    NameService(Node node) {
        names = Names.get(node);
        owners = new Owners(node, believers::lost);
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        Name<String> name = Name.of(request.name(), String.class);
        return switch (request.f()) {
            case "register" -> {
                String self = owners.identity(request.client()) + "/" + registrations.incrementAndGet();
                Terms<String> terms = Terms.<String>within(request.timeout())
                        .metadata(Metadata.of(self))
                        .onConflict(OnConflict.tellLoser(conflict -> self));
                yield names.register(name, owners.of(request.client()), terms).thenApply(registration -> {
                    believers.given(request.name(), self);
                    return TextNode.valueOf(self);
                });
            }
            case "unregister" -> {
                // From now on, however it comes out, nobody here relies on it.
                believers.givenUp(request.name(), owners.identity(request.client()));
                yield names.unregister(name, request.timeout()).thenApply(BooleanNode::valueOf);
            }
            case "whereis" ->
                CompletableFuture.completedStage(names.owner(name)
                        .<JsonNode>map(
                                owner -> TextNode.valueOf(owner.metadata().text()))
                        .orElse(NullNode.instance));
            case "believers" -> {
                ArrayNode all = JsonNodeFactory.instance.arrayNode();
                believers.of(request.name()).forEach(all::add);
                yield CompletableFuture.completedStage(all);
            }
            default -> throw new IllegalArgumentException(request.f());
        };
    }
}
