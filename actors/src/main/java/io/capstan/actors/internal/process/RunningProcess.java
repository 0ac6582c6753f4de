package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Down;
import io.capstan.actors.process.Exit;
import io.capstan.actors.process.MonitorRef;
import io.capstan.actors.process.Processes;
import io.capstan.actors.process.Self;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** A process, seen from within. Confined to its thread. */
public final class RunningProcess<T> implements Self<T> {
    private static final int FEW_MONITORS = 64;

    private final ActorContext<T> context;
    private final ProcessTable table;
    private final Cell cell;
    private final Course course;
    private final Set<Monitor> monitors = new HashSet<>();
    private int manyMonitors = FEW_MONITORS;
    private boolean stumbled;
    private @Nullable Queue<T> nexts;

    private RunningProcess(ActorContext<T> context, ProcessTable table, Course course) {
        this.context = context;
        this.course = course;
        this.table = table;
        this.cell = table.claim(context.getSelf());
        cell.readBy(this);
    }

    /** As {@link io.capstan.actors.process.Processes#setup} says. */
    public static <T> Behavior<T> behavior(Function<Self<T>, Behavior<T>> body) {
        return behavior(body, Course.UNNOTICED);
    }

    /** As above, and {@code watcher} is told of its start and its end. */
    public static <T> Behavior<T> behavior(Function<Self<T>, Behavior<T>> body, Course watcher) {
        return Behaviors.setup(context -> {
            var process = new RunningProcess<T>(context, ProcessTable.get(context.getSystem()), watcher);
            Behavior<T> inner = Behaviors.setup(same -> body.apply(process));
            return Behaviors.intercept(() -> new ProcessInterceptor<>(process), inner)
                    .unsafeCast();
        });
    }

    /** Hears of one process, on its own thread: unlike a monitor, also when it ends within its start. */
    public interface Course {
        Course UNNOTICED = reason -> {};

        /** It runs. */
        default void started() {}

        /** It is gone. {@code NORMAL} without a start before it: it declined to start, Erlang's {@code ignore}. */
        void ended(ExitReason reason);
    }

    @Override
    public ActorContext<T> context() {
        return context;
    }

    @Override
    public MonitorRef monitor(ActorRef<?> process, Function<Down, ? extends T> message) {
        ActorRef<Object> self = context.getSelf().unsafeUpcast();
        Monitor monitor = new Monitor(
                table, process, down -> self.tell(new Letter.OfDown((Monitor) down.ref(), down, message)), true);
        table.stand(monitor);
        keep(monitor);
        return monitor;
    }

    private void keep(Monitor monitor) {
        if (monitors.size() >= manyMonitors) {
            // Who ends one by its reference tells nobody here, and it would be remembered for as long as we live.
            monitors.removeIf(Monitor::over);
            manyMonitors = Math.max(FEW_MONITORS, 2 * monitors.size());
        }
        monitors.add(monitor);
    }

    /** How many monitors are remembered, to be ended with this process. */
    int monitors() {
        return monitors.size();
    }

    @Override
    public void link(ActorRef<?> process) {
        table.link(cell, process);
    }

    @Override
    public void unlink(ActorRef<?> process) {
        table.unlink(cell, process);
    }

    @Override
    public <C> ActorRef<C> spawnLink(Behavior<C> behavior, String name) {
        return linked(context.spawn(Processes.of(behavior), name));
    }

    @Override
    public <C> ActorRef<C> spawnLink(Behavior<C> behavior) {
        return linked(context.spawnAnonymous(Processes.of(behavior)));
    }

    private <C> ActorRef<C> linked(ActorRef<C> child) {
        table.linkChild(cell, child);
        return child;
    }

    @Override
    public void trapExits(Function<Exit, ? extends T> message) {
        cell.trap(message);
    }

    @Override
    public void exit(ActorRef<?> process, ExitReason reason) {
        table.exit(context.getSelf(), process, reason);
    }

    @Override
    public Behavior<T> exit(ExitReason reason) {
        cell.becauseOf(reason);
        return Behaviors.stopped();
    }

    @Override
    public void next(T message) {
        if (nexts == null) {
            nexts = new ArrayDeque<>();
        }
        nexts.add(message);
    }

    boolean hasNext() {
        return nexts != null && !nexts.isEmpty();
    }

    T pollNext() {
        if (nexts == null) {
            throw new IllegalStateException("nothing was put before the other messages");
        }
        return nexts.remove();
    }

    /** Makes sure that there is a message before which the next ones are handled. */
    void wake() {
        context.getSelf().unsafeUpcast().tell(Letter.Wake.UP);
    }

    /**
     * Whether this one opens the letters: not when there is another process within, which gave the functions that read
     * them, and may have put messages before them.
     */
    boolean reads() {
        return cell.isReadBy(this);
    }

    /** A letter that came: what it says to the process, or null. */
    @SuppressWarnings("unchecked")
    @Nullable
    T open(Letter letter) {
        if (letter instanceof Letter.OfDown down) {
            monitors.remove(down.monitor());
        }
        // Made by a function that the process gave itself, from its own messages.
        return (T) letter.open();
    }

    void becauseOf(ExitReason reason) {
        cell.becauseOf(reason);
    }

    /** An exception: its end, unless Pekko lets it go on. */
    void stumbles(Throwable over) {
        stumbled = true;
        cell.becauseOf(ExitReason.crashed(over));
    }

    /** Something is given to it, so it runs. */
    void goesOn() {
        if (stumbled) {
            stumbled = false;
            cell.goesOn();
        }
    }

    void started() {
        course.started();
    }

    /** Pekko restarts it in its place. */
    void restarts() {
        forgetMonitors();
        cell.goesOn();
    }

    /** It is gone. */
    void ended(ExitReason unlessKnown) {
        forgetMonitors();
        course.ended(table.ended(cell, unlessKnown));
    }

    private void forgetMonitors() {
        monitors.forEach(Monitor::demonitor);
        monitors.clear();
        nexts = null;
    }
}
