package io.capstan.bench.raft;

import static io.capstan.raft.Within.within;

import io.capstan.raft.Consistency;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.Within;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.kv.Transaction;
import io.capstan.testkit.history.CasRegister;
import io.capstan.testkit.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The load of {@link KillRun}, and what it holds the group to.
 *
 * <p>Writers write to keys of their own, so each knows what must stand there: the value <em>and the version</em> of its last
 * acknowledged put. One that was lost shows an older version; one that was applied twice a newer. Others read, write and
 * compare-and-set registers that they share; that history is judged afterwards.
 */
final class KillClients {
    private static final Within DEADLINE = within(Duration.ofSeconds(30));
    private static final int WRITERS = 4;
    private static final int KEYS = 64;
    private static final int VALUE_BYTES = 256;
    private static final int JUDGED = 4;
    private static final int REGISTERS = 2;

    private final KeyValue map;
    private final long pauseNanos;
    private final History<CasRegister.Request, Object> history = new History<>();
    private final Clients clients = new Clients();
    private final List<Writer> writers = new ArrayList<>();
    private final TreeMap<Long, Long> gaps = new TreeMap<>();
    private final AtomicLong checked = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private long acknowledged;
    private long lastNanos;

    /**
     * They begin at once.
     *
     * @param pause of a writer after each write; whoever is judged makes twice as long ones
     */
    KillClients(KeyValue map, long seed, Duration pause) {
        this.map = map;
        pauseNanos = pause.toNanos();
        lastNanos = System.nanoTime();
        for (int i = 0; i < WRITERS; i++) {
            Writer writer = new Writer("w" + i, new Random(seed + i));
            writers.add(writer);
            clients.add("writer-" + i, writer::run);
        }
        for (int i = 0; i < JUDGED; i++) {
            Random random = new Random(seed + WRITERS + i);
            clients.add("judged-" + i, () -> judged(random));
        }
        clients.start();
    }

    /** Throws what a client has found. */
    void requireSound() {
        clients.requireSound();
    }

    /** Ends the load; every writer has then looked at all its keys once more. */
    void stop() throws InterruptedException {
        clients.stop();
    }

    History<CasRegister.Request, Object> history() {
        return history;
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    /** Reads that found what had been acknowledged, writes whose outcome stayed unknown. */
    long checked() {
        return checked.get();
    }

    long unknown() {
        return unknown.get();
    }

    /** The highest version that any writer was told. */
    long newestVersion() {
        return writers.stream().mapToLong(writer -> writer.newest).max().orElse(0);
    }

    private synchronized void acknowledge() {
        long now = System.nanoTime();
        acknowledged++;
        // Only those that end above a millisecond: the others are never asked for.
        if (now - lastNanos > 1_000_000) {
            gaps.put(now, now - lastNanos);
        }
        lastNanos = now;
    }

    /** The longest time without an acknowledged write that ended after {@code fromNanos}; at least 0. */
    synchronized long longestGapSince(long fromNanos) {
        long longest = gaps.tailMap(fromNanos).values().stream()
                .mapToLong(gap -> gap)
                .max()
                .orElse(0);
        gaps.clear();
        return longest;
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException refused ? refused : failed;
        }
    }

    private final class Writer {
        private final String name;
        private final Random random;
        private final String[] keys = new String[KEYS];
        private final String[] values = new String[KEYS];
        private final long[] versions = new long[KEYS];
        private long number;
        private volatile long newest;

        Writer(String name, Random random) {
            this.name = name;
            this.random = random;
            for (int i = 0; i < KEYS; i++) {
                fresh(i);
            }
        }

        private void fresh(int slot) {
            keys[slot] = name + "/" + slot + "/" + number;
            values[slot] = "";
            versions[slot] = 0;
        }

        void run() {
            while (!clients.isStopped()) {
                put(random.nextInt(KEYS));
                if (random.nextInt(4) == 0) {
                    check(random.nextInt(KEYS));
                }
                // Processes that start need the processor too.
                LockSupport.parkNanos(pauseNanos);
            }
            for (int slot = 0; slot < KEYS; slot++) {
                check(slot);
            }
        }

        private void put(int slot) {
            StringBuilder value =
                    new StringBuilder(VALUE_BYTES).append(name).append('/').append(++number);
            while (value.length() < VALUE_BYTES) {
                value.append('.');
            }
            try {
                versions[slot] = await(map.put(keys[slot], value.toString(), DEADLINE));
                values[slot] = value.toString();
                newest = versions[slot];
                acknowledge();
            } catch (RaftFailure refused) {
                if (refused.kind() == RaftFailure.Kind.UNKNOWN_OUTCOME) {
                    unknown.incrementAndGet();
                    // What stands there from now on nobody can say.
                    fresh(slot);
                } else if (refused.next() != io.capstan.actors.Failure.Next.RETRY) {
                    throw refused;
                }
            }
        }

        private void check(int slot) {
            try {
                Optional<KeyEntry> found = await(map.get(keys[slot], Consistency.LINEARIZABLE, DEADLINE));
                String value = found.map(KeyEntry::text).orElse("");
                long version = found.map(KeyEntry::version).orElse(0L);
                if (!value.equals(values[slot]) || version != versions[slot]) {
                    throw new AssertionError("key " + keys[slot] + " was acknowledged as " + head(values[slot]) + " @"
                            + versions[slot] + " and is " + head(value) + " @" + version);
                }
                checked.incrementAndGet();
            } catch (RaftFailure nobodyAnswered) {
                if (nobodyAnswered.next() != io.capstan.actors.Failure.Next.RETRY) {
                    throw nobodyAnswered;
                }
            }
        }

        private static String head(String value) {
            int end = value.indexOf('.');
            return end < 0 ? value : value.substring(0, end);
        }
    }

    private void judged(Random random) {
        int process = history.process();
        while (!clients.isStopped()) {
            String register = "r" + random.nextInt(REGISTERS);
            Object value = String.valueOf(random.nextInt(3));
            Object expected = String.valueOf(random.nextInt(3));
            CasRegister.Request request = switch (random.nextInt(3)) {
                case 0 -> new CasRegister.Request.Read(register);
                case 1 -> new CasRegister.Request.Write(register, value);
                default -> new CasRegister.Request.CompareAndSet(register, expected, value);
            };
            var call = history.invoke(process, request);
            try {
                call.ok(ask(request));
            } catch (RaftFailure refused) {
                if (refused.kind() == RaftFailure.Kind.UNKNOWN_OUTCOME) {
                    call.unknown(String.valueOf(refused.getMessage()));
                    process = history.process();
                } else {
                    call.fail(String.valueOf(refused.getMessage()));
                }
            }
            LockSupport.parkNanos(2 * pauseNanos);
        }
    }

    private Object ask(CasRegister.Request request) {
        if (request instanceof CasRegister.Request.Read read) {
            return await(map.get(read.register(), Consistency.LINEARIZABLE, DEADLINE))
                    .<Object>map(KeyEntry::text)
                    .orElse(CasRegister.ABSENT);
        } else if (request instanceof CasRegister.Request.Write write) {
            await(map.put(write.register(), (String) write.value(), DEADLINE));
            return CasRegister.DONE;
        }
        CasRegister.Request.CompareAndSet cas = (CasRegister.Request.CompareAndSet) request;
        byte[] expected = ((String) cas.expected()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return await(map.write(
                                Transaction.begin()
                                        .ifValue(cas.register(), expected)
                                        .put(cas.register(), (String) cas.value()),
                                DEADLINE))
                        .done()
                ? CasRegister.DONE
                : CasRegister.REFUSED;
    }
}
