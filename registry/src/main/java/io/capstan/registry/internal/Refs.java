package io.capstan.registry.internal;

import io.capstan.registry.core.RowCodecs;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/** Processes as rows write them, and back. Thread-safe. */
public final class Refs {
    private final ActorRefResolver resolver;

    /** Of this system. */
    public Refs(ActorSystem<?> system) {
        resolver = ActorRefResolver.get(system);
    }

    /** With the node's address and the process's own number: a successor of the same path is somebody else. */
    public String write(ActorRef<?> process) {
        return resolver.toSerializationFormat(process);
    }

    /** What is wrong with it, if a row has no room for it; else null. Whoever lets it through breaks the table. */
    public @Nullable String tooLong(ActorRef<?> process) {
        int bytes = write(process).getBytes(StandardCharsets.UTF_8).length;
        return bytes <= RowCodecs.PROCESS_BYTES_MAX
                ? null
                : "a process has a reference of at most " + RowCodecs.PROCESS_BYTES_MAX + " bytes, path and address; "
                        + process.path().name() + " has one of " + bytes;
    }

    /** Back again. */
    public ActorRef<Object> read(String process) {
        return resolver.resolveActorRef(process);
    }

    /** Whether it is a process of this node. */
    public static boolean local(ActorRef<?> process) {
        return process.path().address().hasLocalScope();
    }

    /** The type of a name's or group's messages is its users' promise. */
    @SuppressWarnings("unchecked")
    public static <T> ActorRef<T> typed(ActorRef<Object> process) {
        return (ActorRef<T>) (ActorRef<?>) process;
    }

    /** As {@link #typed(ActorRef)}. */
    @SuppressWarnings("unchecked")
    public static <T> Optional<ActorRef<T>> typed(Optional<ActorRef<Object>> process) {
        return (Optional<ActorRef<T>>) (Optional<?>) process;
    }

    /** Whoever sends to it got its type from the name or group. */
    @SuppressWarnings("unchecked")
    public static ActorRef<Object> untyped(ActorRef<?> process) {
        return (ActorRef<Object>) process;
    }
}
