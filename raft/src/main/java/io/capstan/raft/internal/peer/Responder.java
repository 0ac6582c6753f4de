package io.capstan.raft.internal.peer;

import io.capstan.raft.internal.wire.ClientFrame.Reply;

/** Takes the one reply to a request; thread-safe, never blocks. */
public interface Responder {
    /** A request of the member's own, whose outcome shows in the log. */
    Responder NOBODY = reply -> {};

    void reply(Reply reply);

    /** The reply may be long in coming, for who asked waits for news: the request takes no place of one that is worked on. */
    default void stands() {}
}
