package io.capstan.raft.kv.core;

/** What can be asked of the table. Closed; the binary form is {@code KvCodec}'s. */
public sealed interface KvQuery {
    /** One key. */
    record Get(String key) implements KvQuery {}

    /** The keys from {@code from} to before {@code to} (empty: to the end), as many as fit, at most {@code max}. */
    record Range(String from, String to, int max) implements KvQuery {}

    /** What changed in keys that begin with {@code prefix} after version {@code after}, as much as fits. */
    record Changes(String prefix, long after) implements KvQuery {}
}
