package io.capstan.raft.core;

import org.jspecify.annotations.Nullable;

/**
 * What a member must never forget: its term, and whom it voted for in it (figure 2, "persistent state"). Always written
 * together (hashicorp#661: two writes, a crash between them, two votes in one term).
 */
public record HardState(long term, @Nullable MemberId vote) {
    /** Of a member that has seen nothing yet. */
    public static final HardState BLANK = new HardState(0, null);
}
