package io.capstan.registry.internal.group;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * To the keeper of created groups on a process's own node; {@link CreatedRequestSerializer} tells how it travels.
 *
 * @param join or leave
 * @param number of the creation, as the asker knows it
 * @param answer gets one of the codes below
 */
record CreatedRequest(boolean join, String group, long number, String process, ActorRef<Integer> answer)
        implements CreatedKeeper.Message {
    static final int DONE = 0;
    static final int NOTHING = 1;
    static final int TOO_MANY = 2;
    static final int NO_SUCH_GROUP = 3;
}
