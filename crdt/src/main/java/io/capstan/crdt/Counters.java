package io.capstan.crdt;

import io.capstan.actors.Node;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.internal.Cells;
import io.capstan.crdt.internal.CountersService;
import io.capstan.crdt.internal.EscrowCells;
import io.capstan.crdt.internal.WindowCells;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The cluster's counters, as one node sees them. Thread-safe. */
public final class Counters {
    /** Most bytes that the deltas of one operation take: of each its name, and at most 20 more. */
    public static final int OPERATION_BYTES_MAX = CounterWire.DELTAS_BYTES_MAX;

    private final CountersService service;

    private Counters(CountersService service) {
        this.service = service;
    }

    /** The one instance of a node's durable counters. */
    private record Durable(Counters counters) {}

    /**
     * The counters of a node that live in the nodes' memories; always the same instance. What one node has heard of goes on
     * counting while any node runs that has heard of it, so one after the other may be started again. When all stop, they
     * begin at 0 again, and so do the ids of operations: what has to outlive that belongs into {@link #durable}.
     */
    public static Counters get(Node node) {
        return node.internals()
                .service(Counters.class, n -> new Counters(CountersService.of(n, CountersService.Space.MEMORY)));
    }

    /**
     * The counters of a node that live on the nodes' disks; always the same instance. Others than those of {@link #get},
     * also under the same names. What is on one disk outlives the stop of all nodes; no row leaves its node, and none of
     * another's is acknowledged, before it is on disk, so {@link Ack#replicas} means: on so many other disks.
     */
    public static Counters durable(Node node) {
        return node.internals()
                .service(
                        Durable.class,
                        n -> new Durable(new Counters(CountersService.of(n, CountersService.Space.DURABLE))))
                .counters();
    }

    /**
     * The counter of that name. Every name has a counter, which begins at 0 and belongs to all nodes.
     *
     * @param name 1 to 255 bytes of UTF-8
     * @throws CounterFailure {@code BAD_NAME}, {@code TOO_MANY_COUNTERS}
     */
    public Counter counter(String name) {
        requireName(name);
        return new Counter(cells(name, service), service);
    }

    /**
     * The windowed counter of that name and window, which begins at 0 and belongs to all nodes.
     *
     * @param name 1 to 255 bytes of UTF-8; apart from other kinds of counters
     * @throws CounterFailure {@code BAD_NAME}, {@code TOO_MANY_COUNTERS}
     */
    public WindowedCounter windowed(String name, Window window) {
        requireName(name);
        WindowCells cells = service.book()
                .windowed(new CounterKey.Windowed(name, window.bucket().toMillis(), window.buckets()));
        if (cells == null) {
            throw noRoom(name, service);
        }
        return new WindowedCounter(cells);
    }

    /**
     * The counter of that name that never falls below 0. It begins at 0 and belongs to all nodes.
     *
     * @param name 1 to 255 bytes of UTF-8; apart from other kinds of counters
     * @throws CounterFailure {@code BAD_NAME}, {@code TOO_MANY_COUNTERS}
     */
    public BoundedCounter bounded(String name) {
        requireName(name);
        EscrowCells cells = service.book().bounded(name);
        if (cells == null) {
            throw noRoom(name, service);
        }
        return new BoundedCounter(cells, service);
    }

    /**
     * Deletes a counter: it is reset, is listed no more, and its memory is given back on all nodes once nothing is left of
     * it. What others add meanwhile goes on counting. It may be counted again at any time, from 0.
     *
     * @return as {@link Counter#reset}
     * @throws CounterFailure {@code BAD_NAME}, {@code NOT_DURABLE}, at once
     */
    public CompletionStage<@Nullable Void> delete(String name, Ack ack) {
        requireName(name);
        requireDisk(ack, service);
        return Outcomes.ofReset(name, service.reset(name, true, ack.others(), ack.within()));
    }

    /**
     * The values of all counters that this node made or heard of, by name. Walks all of them: for people and tests.
     *
     * @throws CounterFailure {@code VALUE_OVERFLOW}
     */
    public SortedMap<String, Long> values() {
        return values("");
    }

    /**
     * As {@link #values()}, of names that begin with {@code prefix}.
     *
     * @throws CounterFailure {@code VALUE_OVERFLOW}
     */
    public SortedMap<String, Long> values(String prefix) {
        SortedMap<String, Long> values = new TreeMap<>();
        for (Cells cells : service.book().all()) {
            if (cells.name().startsWith(prefix) && !cells.hidden()) {
                values.put(cells.name(), new Counter(cells, service).value());
            }
        }
        return values;
    }

    /**
     * The largest of the counters whose names begin with {@code prefix}, largest first, by name among equals. Walks all
     * of them, and keeps {@code count}.
     *
     * @throws CounterFailure {@code VALUE_OVERFLOW}
     */
    public List<Map.Entry<String, Long>> top(int count, String prefix) {
        Comparator<Map.Entry<String, Long>> largestFirst =
                Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());
        PriorityQueue<Map.Entry<String, Long>> top = new PriorityQueue<>(largestFirst.reversed());
        for (Cells cells : service.book().all()) {
            if (cells.name().startsWith(prefix) && !cells.hidden()) {
                top.add(Map.entry(cells.name(), new Counter(cells, service).value()));
                if (top.size() > count) {
                    top.remove();
                }
            }
        }
        return top.stream().sorted(largestFirst).toList();
    }

    /**
     * Adds to several counters at once, exactly once: the id counts once, however often and on whichever nodes it is
     * added, before or after any crash. All of it is on a node or nothing.
     *
     * <p>Where nodes agree on what is folded ({@code capstan.registry.fold-counters}) ids are forgotten in time: the same id
     * may be added again within {@code capstan.crdt.counters.operations-window} from the first try, the timeout of the last
     * call included, and never later. Later it is refused with {@code OPERATION_FORGOTTEN}, or counts again.
     *
     * @param operation the caller's id, 1 to 128 bytes of UTF-8, never used for anything else
     * @param deltas by counter, each at most 2^55 up or down; see {@link #OPERATION_BYTES_MAX}
     * @return fails with {@code NOT_ACKNOWLEDGED} (RETRY: the same call again, here or elsewhere), {@code STOPPED} (likewise,
     *     elsewhere), {@code NOT_BEGUN} (RETRY), {@code TOO_MANY_WAITING} (RETRY), {@code OPERATION_CONFLICT}, {@code
     *     OPERATION_FORGOTTEN}, {@code TOO_MANY_OPERATIONS}
     * @throws CounterFailure {@code BAD_OPERATION}, {@code BAD_NAME}, {@code NOT_DURABLE}, at once
     */
    public CompletionStage<@Nullable Void> add(String operation, Map<String, Long> deltas, Ack ack) {
        requireText(operation, CounterWire.OPERATION_BYTES_MAX, CounterFailure.Kind.BAD_OPERATION, "an operation's id");
        deltas.keySet().forEach(Counters::requireName);
        Deltas checked;
        try {
            checked = Deltas.of(deltas);
        } catch (IllegalArgumentException e) {
            throw new CounterFailure(
                    CounterFailure.Kind.BAD_OPERATION, "operation \"" + operation + "\": " + e.getMessage());
        }
        if (deltas.isEmpty() || CounterWire.bytes(checked) > CounterWire.DELTAS_BYTES_MAX) {
            throw new CounterFailure(
                    CounterFailure.Kind.BAD_OPERATION,
                    "operation \"" + operation + "\" has " + CounterWire.bytes(checked) + " bytes of deltas, 1 to "
                            + CounterWire.DELTAS_BYTES_MAX + " are taken");
        }
        requireDisk(ack, service);
        return Outcomes.ofAdd(operation, service.write(operation, checked, ack.others(), ack.within()));
    }

    /**
     * How much this node holds of these counters, and what keeps it from being less.
     *
     * @return fails with {@code STOPPED}
     */
    public CompletionStage<CountersStatus> status() {
        return Outcomes.ofQuestion(service.status());
    }

    /**
     * What this node has seen by now, with all that was added here before the call. Waits for the next flush: some
     * milliseconds, or for as long as the disk of durable counters is full, or a peer that moves is far behind.
     *
     * @return fails with {@code STOPPED}
     */
    public CompletionStage<Token> token() {
        return Outcomes.ofQuestion(service.frontier()).thenApply(Token::new);
    }

    /**
     * Done when this node has seen all that the token stands for: whoever reads then reads his own adds, wherever he made
     * them.
     *
     * @return fails with {@code NOT_SEEN} (RETRY), {@code TOO_MANY_WAITING} (RETRY), {@code STOPPED}
     */
    public CompletionStage<@Nullable Void> await(Token token, Duration within) {
        return Outcomes.<@Nullable Void>ofRead(service.reach(token.frontier(), within), () -> null);
    }

    static Cells cells(String name, CountersService service) {
        Cells cells = service.book().counter(name);
        if (cells == null) {
            throw noRoom(name, service);
        }
        return cells;
    }

    private static CounterFailure noRoom(String name, CountersService service) {
        return new CounterFailure(
                CounterFailure.Kind.TOO_MANY_COUNTERS,
                "no room for counter \"" + name + "\": capstan.crdt.counters.counters-max is "
                        + service.book().countersMax());
    }

    static void requireDisk(Ack ack, CountersService service) {
        if (ack.others() == CountersService.DISK && service.space() != CountersService.Space.DURABLE) {
            throw new CounterFailure(
                    CounterFailure.Kind.NOT_DURABLE,
                    "these counters live in memory: ask Counters.durable(node) for those that are on disk");
        }
    }

    private static void requireName(String name) {
        requireText(name, CounterWire.NAME_BYTES_MAX, CounterFailure.Kind.BAD_NAME, "a counter's name");
    }

    private static void requireText(String text, int bytesMax, CounterFailure.Kind kind, String what) {
        // Shorter in chars than in bytes, always: what is far too long is not encoded first.
        int bytes = text.length() > bytesMax ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > bytesMax) {
            throw new CounterFailure(kind, what + " has 1 to " + bytesMax + " bytes of UTF-8, got " + bytes);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new CounterFailure(kind, what + " is proper text, got an unpaired surrogate");
        }
    }
}
