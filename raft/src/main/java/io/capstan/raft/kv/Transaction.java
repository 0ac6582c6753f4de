package io.capstan.raft.kv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.raft.kv.core.KvCommand;
import io.capstan.raft.kv.core.KvCommand.Condition;
import io.capstan.raft.kv.core.KvCommand.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is done to several keys at once, if it may be done. Built by one thread; written as often as one likes.
 *
 * <pre>{@code
 * Transaction.begin()
 *         .ifVersion("stock/1", seen.version())
 *         .put("stock/1", "9")
 *         .put("orders/17", "1 x stock/1")
 * }</pre>
 *
 * <p>At most 128 conditions and operations; all of it must fit one command ({@code capstan.raft.core.entry-bytes-max}).
 */
public final class Transaction {
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Operation> then = new ArrayList<>();
    private final List<Operation> otherwise = new ArrayList<>();
    private List<Operation> current = then;

    private Transaction() {}

    /**
     * What became of one.
     *
     * @param done whether all conditions held, so that the operations before {@link Transaction#otherwise} were done; if
     *     not, those behind it were
     * @param version that the changes have
     * @param entries one per operation that was done: a get gives what is there, a delete what was there, a put nothing
     */
    public record Outcome(boolean done, long version, List<Optional<KeyEntry>> entries) {
        public Outcome {
            entries = List.copyOf(entries);
        }
    }

    /** One without conditions or operations yet. */
    public static Transaction begin() {
        return new Transaction();
    }

    /** Only if the last change of {@code key} has this version: nobody has changed it since it was read. */
    public Transaction ifVersion(String key, long version) {
        conditions.add(new Condition.VersionIs(key, version));
        return this;
    }

    /** Only if there is no such key. */
    public Transaction ifAbsent(String key) {
        return ifVersion(key, 0);
    }

    /** Only if {@code key} is there with this value. */
    public Transaction ifValue(String key, byte[] value) {
        conditions.add(new Condition.ValueIs(key, value.clone()));
        return this;
    }

    /** Sets a key, of 1 to 255 bytes of UTF-8. */
    public Transaction put(String key, byte[] value) {
        current.add(new Operation.Put(key, value.clone()));
        return this;
    }

    /** As {@link #put(String, byte[])}; the value is the text in UTF-8. */
    public Transaction put(String key, String text) {
        return put(key, text.getBytes(UTF_8));
    }

    /** Removes a key; no harm if there is none. */
    public Transaction delete(String key) {
        current.add(new Operation.Delete(key));
        return this;
    }

    /** Answers the key as it is after the operations before this one. */
    public Transaction get(String key) {
        current.add(new Operation.Get(key));
        return this;
    }

    /** The operations that follow are done when a condition does not hold. */
    public Transaction otherwise() {
        current = otherwise;
        return this;
    }

    KvCommand command() {
        return new KvCommand(conditions, then, otherwise);
    }
}
