package io.capstan.raft.kv.core;

import java.util.List;

/**
 * The one thing that changes the table: if all {@code conditions} hold {@code then} is done, else {@code otherwise}. The
 * binary form is {@code KvCodec}'s.
 */
public record KvCommand(List<Condition> conditions, List<Operation> then, List<Operation> otherwise) {
    public KvCommand {
        conditions = List.copyOf(conditions);
        then = List.copyOf(then);
        otherwise = List.copyOf(otherwise);
    }

    /** What must hold. Closed. */
    public sealed interface Condition {
        String key();

        /** The key's version is this one; 0 says that there is no such key. */
        record VersionIs(String key, long version) implements Condition {}

        /** The key is there with this value. */
        record ValueIs(String key, byte[] value) implements Condition {}
    }

    /** What is done. Closed. */
    public sealed interface Operation {
        String key();

        record Put(String key, byte[] value) implements Operation {}

        record Delete(String key) implements Operation {}

        /** Answers the key as it is at this place among the operations. */
        record Get(String key) implements Operation {}
    }
}
