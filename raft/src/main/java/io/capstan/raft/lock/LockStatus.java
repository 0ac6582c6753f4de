package io.capstan.raft.lock;

import java.util.List;

/**
 * One lock that is held.
 *
 * @param name of the lock
 * @param holder name of the node whose session holds it
 * @param token of its grant
 * @param since log time of its grant, in milliseconds: only differences mean something
 * @param waiters names of the nodes that wait, first come first; the first ten
 */
public record LockStatus(String name, String holder, FencingToken token, long since, List<String> waiters) {
    public LockStatus {
        waiters = List.copyOf(waiters);
    }
}
