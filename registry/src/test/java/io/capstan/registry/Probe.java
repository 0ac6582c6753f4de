package io.capstan.registry;

import io.capstan.actors.Node;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A process of a node that remembers what it was told, stops when told "stop", and tells when it has stopped. */
public final class Probe<T> {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Collection<T> received = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ActorRef<T> ref;

    private Probe(Node node, String suffix) {
        ref = node.spawn(behavior(), "probe-" + NUMBERS.incrementAndGet() + suffix);
    }

    public static Probe<String> of(Node node) {
        return new Probe<>(node, "");
    }

    /** Its reference has more than {@code bytes} bytes. */
    public static Probe<String> ofLongReference(Node node, int bytes) {
        return new Probe<>(node, "x".repeat(bytes));
    }

    public static <T> Probe<T> listening(Node node) {
        return new Probe<>(node, "");
    }

    private Behavior<T> behavior() {
        @SuppressWarnings("unchecked") // It takes whatever comes.
        Class<T> anything = (Class<T>) Object.class;
        return Behaviors.receive(anything)
                .onMessage(anything, message -> {
                    received.add(message);
                    return message.equals("stop") ? Behaviors.stopped() : Behaviors.same();
                })
                .onSignal(PostStop.class, signal -> {
                    stopped.countDown();
                    return Behaviors.same();
                })
                .build();
    }

    public ActorRef<T> ref() {
        return ref;
    }

    /** Unlike the reference, which names a node's address elsewhere and not at home, the same on all nodes. */
    public String id() {
        return id(ref);
    }

    public static String id(ActorRef<?> process) {
        return process.path().name();
    }

    public List<T> received() {
        return List.copyOf(received);
    }

    public boolean hasStopped() {
        return stopped.getCount() == 0;
    }
}
