package io.capstan.raft.core;

/** A message on the simulated wire. */
record Envelope(MemberId from, MemberId to, Message message) {
    @Override
    public String toString() {
        return from + " to " + to + " " + message;
    }
}
