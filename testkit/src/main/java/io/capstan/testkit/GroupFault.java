package io.capstan.testkit;

/**
 * What an operator does to a group of consensus while it is used: {@code transfer a}, {@code remove a}. Which group that is,
 * the target knows.
 */
public record GroupFault(Who who, Kind kind) implements Fault {
    /** What is done with a member. */
    public enum Kind {
        /** It is to lead. */
        TRANSFER("transfer"),
        /** It is to write a snapshot, so that its log can forget what is in it. */
        SNAPSHOT("snapshot"),
        /** It is to get the log, without a vote. */
        ADD("add"),
        /** It is to vote. */
        PROMOTE("promote"),
        /** It is to be a member no more; its process goes on. */
        REMOVE("remove");

        private final String verb;

        Kind(String verb) {
            this.verb = verb;
        }

        @Override
        public String toString() {
            return verb;
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
