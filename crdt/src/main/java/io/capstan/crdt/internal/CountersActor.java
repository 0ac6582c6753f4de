package io.capstan.crdt.internal;

import io.capstan.actors.internal.link.Channel;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Sums;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Drives the counters' table: the only one who stamps versions and the only one who tells cells about other slots. */
final class CountersActor extends AbstractBehavior<CountersActor.Message> {
    static final Channel CHANNEL = new Channel(16, "counters", Channel.Priority.NORMAL);

    private static final Duration TICK = Duration.ofMillis(100);

    private final CounterBook book;
    private final CounterReplica replica;
    private final TableLink<String, Sums> link;
    private final FlushPace pace;
    private @Nullable Leave leaving;

    sealed interface Message {}

    private record OnMesh(TableLink.Event event) implements Message {}

    private enum Flush implements Message {
        NOW
    }

    private enum Tick implements Message {
        NOW
    }

    /** Flush, and run {@code done} once the linked nodes have everything; the caller sets the deadline. */
    record Leave(Runnable done) implements Message {}

    private CountersActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            CountersService.Parts parts,
            ScheduledExecutorService scheduler) {
        super(context);
        book = parts.book();
        replica = new CounterReplica(parts.slot(), parts.settings().table(), book);
        pace = new FlushPace(
                parts.settings(),
                System::nanoTime,
                scheduler,
                () -> context.getSelf().tell(Flush.NOW));
        link = TableLink.open(
                parts.mesh(),
                CHANNEL,
                CounterWire.wire(),
                event -> context.getSelf().tell(new OnMesh(event)));
        timers.startTimerWithFixedDelay(Tick.NOW, TICK);
        book.onDirty(pace::wake);
    }

    static Behavior<Message> create(CountersService.Parts parts, ScheduledExecutorService scheduler) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new CountersActor(context, timers, parts, scheduler)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(OnMesh.class, message -> {
                    link.handle(message.event(), replica.table());
                    return done();
                })
                .onMessage(Flush.class, message -> {
                    flush();
                    return done();
                })
                .onMessage(Tick.class, message -> {
                    replica.table().tick(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
                    return done();
                })
                .onMessage(Leave.class, message -> {
                    leaving = message;
                    flush();
                    return done();
                })
                .onSignal(PostStop.class, signal -> {
                    link.close();
                    return this;
                })
                .build();
    }

    private void flush() {
        pace.flushing();
        pace.flushed(replica.flush());
        if (!book.clean()) {
            pace.wake();
        }
    }

    private Behavior<Message> done() {
        for (Effect<String, Sums> effect : replica.drain()) {
            link.perform(effect);
        }
        if (leaving != null && replica.everybodyHasAll()) {
            leaving.done().run();
            leaving = null;
        }
        return this;
    }
}
