package io.capstan.registry.internal.names;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.registry.internal.Refs;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Whose process a reference is: Pekko writes addresses into it, and nodes tell each other theirs. Thread-safe. */
final class Homes {
    private final Mesh mesh;
    private final Function<String, Optional<String>> addresses;

    /** With the address of the Pekko system of a node's name, if that is known. */
    Homes(Mesh mesh, Function<String, Optional<String>> addresses) {
        this.mesh = mesh;
        this.addresses = addresses;
    }

    /** Null: none of the visible nodes. */
    @Nullable
    NodeId of(ActorRef<?> process) {
        if (Refs.local(process)) {
            return mesh.self();
        }
        String address = process.path().address().toString();
        for (NodeId node : mesh.visible()) {
            if (addresses.apply(node.name()).filter(address::equals).isPresent()) {
                return node;
            }
        }
        return null;
    }
}
