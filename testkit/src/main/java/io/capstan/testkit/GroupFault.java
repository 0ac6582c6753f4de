package io.capstan.testkit;

import java.util.Locale;

/**
 * What an operator does to a group of consensus while it is used: {@code transfer a}, {@code remove a}. Which group that is,
 * the target knows.
 */
public record GroupFault(Who who, Kind kind) implements Fault {
    /** What is done with a member. */
    public enum Kind {
        /** It is to lead. */
        TRANSFER,
        /** It is to write a snapshot, so that its log can forget what is in it. */
        SNAPSHOT,
        /** It is to get the log, without a vote. */
        ADD,
        /** It is to vote. */
        PROMOTE,
        /** It is to be a member no more; its process goes on. */
        REMOVE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public void applyTo(FaultTarget target) {
        who.among(target).forEach(name -> target.operate(name, kind));
    }

    @Override
    public String toString() {
        return kind + " " + who;
    }
}
