package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.process.ProcessCodec.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Everything between this node and one other while one link stands: who here watches whom there, who there watches whom
 * here, and who is linked to whom. It ends with its link, and with one event everything in it; the next link has a
 * session of its own. Confined to the agent.
 */
final class Session {
    /** A watch of ours there. */
    private static final class Standing {
        private final Monitor monitor;
        private boolean sent;

        private Standing(Monitor monitor) {
            this.monitor = monitor;
        }
    }

    /** A watch of theirs here. A reply reference is told through Artery, so that no reply is overtaken. */
    record Watched(Monitor monitor, @Nullable ActorRef<Object> replyTo) {}

    /** A process of ours and one of theirs. */
    private record Pair(ActorRef<?> here, ActorRef<?> there) {}

    private static final class Unlinks {
        private int unanswered;
        // Whether that is the latest that we said of the pair: a link of ours takes it back.
        private boolean latest;
    }

    private final NodeId peer;
    private final long number;
    private final int limit;
    private long theirs;
    private boolean greets = true;
    private final Map<Long, Standing> watching = new HashMap<>();
    private final Map<Long, Watched> watched = new HashMap<>();
    // By their local ends; and the pairs of whose unlinks of ours the peer has not acknowledged all.
    private final Map<ActorRef<?>, Map<ActorRef<?>, Link>> links = new HashMap<>();
    private final Map<Pair, Unlinks> unlinking = new HashMap<>();
    private int linkCount;
    // Of all pairs together: each will be answered, and the peer keeps the answers until we take them.
    private int unanswered;
    // Why nothing can be asked of the peer, if nothing can.
    private @Nullable ExitReason unfit;
    // How many of those that wait were taken back.
    private int withdrawn;
    private final Deque<Operation> queue = new ArrayDeque<>();

    /**
     * @param number of this session, as the peer's frames name it
     * @param limit how many watches, each way, and how many links
     */
    Session(NodeId peer, long number, int limit) {
        this.peer = peer;
        this.number = number;
        this.limit = limit;
    }

    NodeId peer() {
        return peer;
    }

    long number() {
        return number;
    }

    /**
     * The peer has opened its session: from now on it understands us. Perhaps it did not listen yet when we opened ours,
     * so that is said again; and so does the peer, once, as it knows ours then.
     */
    void opened(long session, ProcessTable table) {
        if (session <= theirs) {
            return;
        }
        if (theirs != 0) {
            // The link was gone for a moment that we did not notice: what we told its former session is lost.
            close(table, ExitReason.NOCONNECTION);
        }
        theirs = session;
        greets = true;
    }

    /** The peer does not understand us, nor we it: as if no link stood, until one of the two is another start. */
    void unfit(ProcessTable table, ExitReason reason) {
        if (unfit == null) {
            unfit = reason;
            close(table, reason);
        }
    }

    @Nullable
    ExitReason unfit() {
        return unfit;
    }

    // ---- Ours there

    /** Returns whether there is room for one more watch. */
    boolean watch(long id, Monitor monitor, Operation operation) {
        if (watching.size() >= limit || !room()) {
            return false;
        }
        watching.put(id, new Standing(monitor));
        queue.add(operation);
        return true;
    }

    /** A watch of ours is of no interest any more. One that never left needs no word. */
    void unwatch(long id) {
        Standing standing = watching.remove(id);
        if (standing != null && standing.sent) {
            queue.add(new Operation.Unwatch(id));
        } else if (standing != null) {
            withdrawn++;
        }
    }

    /** The peer says that whom we watch is gone. */
    @Nullable
    Monitor down(long id) {
        Standing standing = watching.remove(id);
        return standing == null ? null : standing.monitor;
    }

    /**
     * Whether one more may wait. What was taken back before it left goes first; the rest is bounded by what stands, and
     * so by the limit.
     */
    private boolean room() {
        // Not at each call: a full queue is looked through once for so many that were taken back.
        if (queue.size() >= 2L * limit) {
            queue.removeIf(this::takenBack);
            withdrawn = 0;
        }
        return queue.size() - withdrawn < limit && queue.size() < 2L * limit;
    }

    private boolean takenBack(Operation operation) {
        return (operation instanceof Operation.Watch watch && !watching.containsKey(watch.id()))
                || (operation instanceof Operation.Call call && !watching.containsKey(call.id()));
    }

    // ---- Theirs here

    /** Returns whether there is room for one more. */
    boolean watched(long id, Watched watch) {
        if (watched.size() >= limit) {
            return false;
        }
        watched.put(id, watch);
        return true;
    }

    @Nullable
    Watched released(long id) {
        return watched.remove(id);
    }

    // ---- Both ways

    /*
     * Links, as since OTP 23. An unlink is acknowledged; until it is, whatever link of the peer comes for the pair was sent
     * before it knew of the unlink, which will end that link there: so it is ignored here. Without this an unlink that
     * crosses a link leaves one end linked to somebody who is not linked to it.
     */

    /** Returns whether there is room for one more link of ours. */
    boolean link(ActorRef<?> here, ActorRef<?> there, Link end, Operation operation) {
        if (!room() || linkCount + unanswered >= limit || !linked(here, there, end)) {
            return false;
        }
        Unlinks before = unlinking.get(new Pair(here, there));
        if (before != null) {
            before.latest = false;
        }
        return queue.add(operation);
    }

    /** Returns whether there is room for one more link. */
    boolean linked(ActorRef<?> here, ActorRef<?> there, Link end) {
        if (linkCount >= limit) {
            return false;
        }
        if (links.computeIfAbsent(here, fresh -> new HashMap<>()).put(there, end) == null) {
            linkCount++;
        }
        return true;
    }

    /** Whether a link that the peer asks for now is to be made: neither stands nor is about to be ended there. */
    boolean awaitsLink(ActorRef<?> here, ActorRef<?> there) {
        Unlinks ours = unlinking.get(new Pair(here, there));
        return !links.getOrDefault(here, Map.of()).containsKey(there) && (ours == null || !ours.latest);
    }

    /** Ours has given up this end of a link; nothing when the link has been ended by the peer meanwhile. */
    void unlink(ActorRef<?> here, ActorRef<?> there, Link end, Operation operation) {
        if (links.getOrDefault(here, Map.of()).get(there) == end) {
            unlinked(here, there);
            Unlinks ours = unlinking.computeIfAbsent(new Pair(here, there), fresh -> new Unlinks());
            ours.unanswered++;
            unanswered++;
            ours.latest = true;
            // Bounded by the links.
            queue.add(operation);
        }
    }

    /** The peer knows of one unlink of ours. */
    void acknowledged(ActorRef<?> here, ActorRef<?> there) {
        unlinking.computeIfPresent(new Pair(here, there), (pair, ours) -> {
            unanswered--;
            return --ours.unanswered > 0 ? ours : null;
        });
    }

    /** Ends a link; returns its local end, null when there is none. */
    @Nullable
    Link unlinked(ActorRef<?> here, ActorRef<?> there) {
        Map<ActorRef<?>, Link> ends = links.get(here);
        Link end = ends == null ? null : ends.remove(there);
        if (end != null) {
            linkCount--;
        }
        if (ends != null && ends.isEmpty()) {
            links.remove(here);
        }
        return end;
    }

    /** Queues what is bounded by what stands. */
    void say(Operation operation) {
        queue.add(operation);
    }

    /** Queues what nothing bounds, if there is room. */
    boolean sayIfRoom(Operation operation) {
        return room() && queue.add(operation);
    }

    /**
     * Writes what waits, as far as the peer's window goes.
     *
     * @param frame where frames are put together, as long as the longest; what it holds is of no account
     * @param send returns false when the window is full
     */
    void flush(ByteBuffer frame, Predicate<byte[]> send) {
        greets = greets && !send.test(ProcessCodec.open(number));
        while (!greets && theirs != 0 && !queue.isEmpty()) {
            ProcessCodec.begin(frame, theirs);
            Deque<Operation> taken = new ArrayDeque<>();
            while (!queue.isEmpty() && frame.remaining() >= ProcessCodec.OPERATION_BYTES_MAX) {
                Operation next = queue.remove();
                if (takenBack(next)) {
                    withdrawn--;
                } else {
                    ProcessCodec.put(frame, next);
                    taken.add(next);
                }
            }
            byte[] bytes = new byte[frame.position()];
            frame.flip().get(bytes);
            if (!taken.isEmpty() && !send.test(bytes)) {
                while (!taken.isEmpty()) {
                    queue.addFirst(taken.removeLast());
                }
                return;
            }
            taken.forEach(this::sent);
        }
    }

    private void sent(Operation operation) {
        Long id = operation instanceof Operation.Watch watch
                ? (Long) watch.id()
                : operation instanceof Operation.Call call ? (Long) call.id() : null;
        Standing standing = id == null ? null : watching.get(id);
        if (standing != null) {
            standing.sent = true;
        }
    }

    /** The link is gone: one event, told here to everybody whom it concerns. */
    void close(ProcessTable table, ExitReason reason) {
        watching.values().forEach(standing -> standing.monitor.tell(reason));
        links.forEach((here, ends) -> ends.keySet().forEach(there -> table.deliver(there, here, reason, true)));
        watched.values().forEach(watch -> watch.monitor().demonitor());
        watching.clear();
        links.clear();
        unlinking.clear();
        unanswered = 0;
        withdrawn = 0;
        linkCount = 0;
        watched.clear();
        queue.clear();
    }
}
