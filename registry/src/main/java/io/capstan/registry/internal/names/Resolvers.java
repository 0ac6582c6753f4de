package io.capstan.registry.internal.names;

import io.capstan.registry.core.Claim;
import io.capstan.registry.core.ClaimId;
import io.capstan.registry.core.NamesEffect;
import io.capstan.registry.internal.Refs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The users' resolvers of this node, by name. Thread-safe. */
public final class Resolvers {
    private static final Logger LOG = LoggerFactory.getLogger(Resolvers.class);

    private final Map<String, Function<List<ActorRef<Object>>, Optional<ActorRef<Object>>>> byName =
            new ConcurrentHashMap<>();

    /** From now on this one decides on conflicts of the name that are settled here. */
    public void put(String name, Function<List<ActorRef<Object>>, Optional<ActorRef<Object>>> resolver) {
        byName.put(name, resolver);
    }

    /**
     * Who remains; runs the user's code, for however long it takes. A resolver that is missing or throws must not leave
     * the name contested: then the highest claim remains.
     */
    @Nullable
    ClaimId winner(NamesEffect.Resolve conflict, Refs refs) {
        String name = conflict.name();
        List<Claim> rivals = conflict.rivals();
        ClaimId highest = rivals.get(rivals.size() - 1).id();
        Function<List<ActorRef<Object>>, Optional<ActorRef<Object>>> resolver = byName.get(name);
        if (resolver == null) {
            LOG.warn("no resolver for the name \"{}\" on this node: its highest claim wins", name);
            return highest;
        }
        List<ActorRef<Object>> owners =
                rivals.stream().map(rival -> refs.read(rival.row().process())).toList();
        try {
            ActorRef<Object> winner = resolver.apply(owners).orElse(null);
            int index = owners.indexOf(winner);
            return index < 0 ? null : rivals.get(index).id();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("the resolver of the name \"" + name + "\" failed: its highest claim wins", e);
            return highest;
        }
    }
}
