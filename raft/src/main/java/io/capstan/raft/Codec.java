package io.capstan.raft;

/**
 * How commands, queries and replies become bytes. Commands are in the log: what was once written must be read for ever.
 *
 * <p>Thread-safe. The default goes through Pekko's serialization: Jackson CBOR for whatever implements {@link
 * StateMachine.Data}, and whatever else the application has bound.
 */
public interface Codec {
    /** Never longer than {@code capstan.raft.core.entry-bytes-max}: longer ones are refused. */
    byte[] encode(Object value);

    /** The inverse; throws any {@link RuntimeException} for bytes that are none of its own. */
    Object decode(byte[] bytes);
}
