package io.capstan.registry.internal;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/** Processes as rows write them, and back. */
final class Refs {
    private final ActorRefResolver resolver;

    Refs(ActorSystem<?> system) {
        resolver = ActorRefResolver.get(system);
    }

    /** With the node's address and the process's own number: a successor of the same path is somebody else. */
    String write(ActorRef<?> process) {
        return resolver.toSerializationFormat(process);
    }

    ActorRef<Object> read(String process) {
        return resolver.resolveActorRef(process);
    }

    static boolean local(ActorRef<?> process) {
        return process.path().address().hasLocalScope();
    }
}
