package io.capstan.raft.kv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.raft.Codec;
import io.capstan.raft.Consistency;
import io.capstan.raft.Raft;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.StateMachine;
import io.capstan.raft.Within;
import io.capstan.raft.kv.core.KvCommand;
import io.capstan.raft.kv.core.KvQuery;
import io.capstan.raft.kv.core.KvReply;
import io.capstan.raft.kv.core.KvTable;
import io.capstan.raft.kv.internal.KvCodec;
import io.capstan.raft.kv.internal.KvMachine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A replicated map, used from this node, wherever its members are. Thread-safe; stages fail with a {@link RaftFailure}.
 *
 * <pre>{@code
 * KeyValue.startPeer(raft, "settings");                          // on each of three nodes
 * raft.setConfiguration("settings", List.of("shop-1", "shop-2", "shop-3"));
 * KeyValue settings = KeyValue.of(raft, "settings");             // on any node
 * settings.put("colour", "green", within(ofSeconds(3)));
 * }</pre>
 *
 * <p>Keys have 1 to 255 bytes of UTF-8; a value must fit one command ({@code capstan.raft.core.entry-bytes-max}). The map
 * lies in memory on each member.
 */
public final class KeyValue {
    private static final Codec CODEC = new KvCodec();

    private final RaftGroup group;

    private KeyValue(RaftGroup group) {
        this.group = group;
    }

    /** Starts this node's member of the map called {@code name}; as {@link Raft#startPeer}. */
    public static void startPeer(Raft raft, String name) {
        raft.startPeer(name, KeyValue::machine, CODEC);
    }

    private static StateMachine<?, ?> machine() {
        return new KvMachine();
    }

    /** The map called {@code name}. */
    public static KeyValue of(Raft raft, String name) {
        return new KeyValue(raft.group(name, CODEC));
    }

    /** The entry of {@code key}, if there is one. */
    public CompletionStage<Optional<KeyEntry>> get(String key, Consistency consistency, Within within) {
        return group.read(new KvQuery.Get(requireKey(key)), consistency, within)
                .thenApply(found -> ((KvReply.Entries) found).entries().stream().findFirst());
    }

    /**
     * Some entries in the order of their keys.
     *
     * @param entries not all when they would not fit one answer
     * @param more whether there are more: go on behind the last one
     * @param index up to which the page has seen the log: {@link Consistency#stale} with it sees the same or more
     */
    public record Page(List<KeyEntry> entries, boolean more, long index) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /** The entries from {@code from} to before {@code to} (empty: to the end), at most {@code max}. */
    public CompletionStage<Page> range(String from, String to, int max, Consistency consistency, Within within) {
        return group.readIndexed(new KvQuery.Range(from, to, max), consistency, within)
                .thenApply(found -> {
                    KvReply.Entries page = (KvReply.Entries) found.value();
                    return new Page(page.entries(), page.more(), found.index());
                });
    }

    /** Sets a key; the version of the change. */
    public CompletionStage<Long> put(String key, byte[] value, Within within) {
        return write(Transaction.begin().put(requireKey(key), value), within).thenApply(Transaction.Outcome::version);
    }

    /** Sets a key to a text in UTF-8; the version of the change. */
    public CompletionStage<Long> put(String key, String text, Within within) {
        return put(key, text.getBytes(UTF_8), within);
    }

    /** Removes a key; what was there. */
    public CompletionStage<Optional<KeyEntry>> delete(String key, Within within) {
        return write(Transaction.begin().delete(requireKey(key)), within)
                .thenApply(outcome -> outcome.entries().get(0));
    }

    /**
     * Sets a key if its last change has version {@code expected} (0: if there is none).
     *
     * @return the version of the change; empty when the key has another one
     */
    public CompletionStage<Optional<Long>> compareAndSet(String key, long expected, byte[] value, Within within) {
        return write(Transaction.begin().ifVersion(requireKey(key), expected).put(key, value), within)
                .thenApply(outcome -> outcome.done() ? Optional.of(outcome.version()) : Optional.empty());
    }

    /**
     * Does all of {@code transaction} at one place in the order of everything, or nothing.
     *
     * @return fails as {@link RaftGroup#write(Object, Within)}, and with INVALID when a key, or all of it or of its answer, is
     *     too long, or has too many parts; then nothing was done
     */
    public CompletionStage<Transaction.Outcome> write(Transaction transaction, Within within) {
        KvCommand command = transaction.command();
        return group.write(command, KvReply.class, within).thenApply(reply -> {
            if (reply instanceof KvReply.Done done) {
                return new Transaction.Outcome(done.held(), done.version(), done.entries());
            }
            String limit = reply instanceof KvReply.Refused refused ? refused.limit() : String.valueOf(reply);
            throw new RaftFailure(RaftFailure.Kind.INVALID, "map " + group.name() + ": " + limit);
        });
    }

    /**
     * Tells {@code listener} of all keys that begin with {@code prefix}: first of those that are there, then of every
     * change, in order, for as long as the watch lasts; across elections, and on whatever member can be reached. Calls
     * come one at a time, on Pekko's threads; a listener that throws ends its watch.
     */
    public KeyWatch watch(String prefix, Consumer<KeyWatch.Event> listener) {
        return KeyWatch.begin(this, prefix, listener);
    }

    /** What changed in keys that begin with {@code prefix} after {@code index}, as soon as something has. */
    CompletionStage<RaftGroup.Indexed> changes(String prefix, long index, Within within) {
        return group.await(new KvQuery.Changes(prefix, index), Consistency.stale(index), within);
    }

    private static String requireKey(String key) {
        if (key.isEmpty() || key.getBytes(UTF_8).length > KvTable.KEY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a key has 1 to " + KvTable.KEY_BYTES_MAX + " bytes, got \"" + key + "\"");
        }
        return key;
    }
}
