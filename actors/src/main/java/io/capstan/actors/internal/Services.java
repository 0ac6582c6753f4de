package io.capstan.actors.internal;

import io.capstan.actors.Node;
import io.capstan.actors.StoppingFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services of one node: each started once, by the first who asks, and closed in the reverse order. Thread-safe. */
final class Services {
    private static final Logger log = LoggerFactory.getLogger(Services.class);

    private final Map<Class<?>, Object> started = new LinkedHashMap<>();
    private final Set<Class<?>> starting = new HashSet<>();
    private boolean closed;

    synchronized <S> S get(Class<S> type, Node node, Function<Node, S> start) {
        Object running = started.get(type);
        if (running != null) {
            return type.cast(running);
        }
        if (closed) {
            throw new StoppingFailure("node " + node.id() + " is stopping: no " + type.getSimpleName() + " any more");
        }
        if (!starting.add(type)) {
            throw new IllegalStateException("the start of " + type.getSimpleName() + " asks for itself");
        }
        try {
            S service = start.apply(node);
            // Behind those it asked for meanwhile, so that it is closed before them.
            started.put(type, service);
            return service;
        } finally {
            starting.remove(type);
        }
    }

    /** Closes all; one that fails is logged and does not keep the others. */
    synchronized void close() {
        closed = true;
        Deque<Object> reverse = new ArrayDeque<>();
        started.values().forEach(reverse::push);
        started.clear();
        for (Object service : reverse) {
            if (service instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    log.error("{} did not close", service.getClass().getSimpleName(), e);
                }
            }
        }
    }
}
