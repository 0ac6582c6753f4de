package io.capstan.raft.core;

import org.jspecify.annotations.Nullable;

/**
 * What a member knows of itself and its group at one moment; for status pages and tests, never to decide by.
 *
 * @param leader of {@code term}, as far as known
 * @param lastIndex of the log in memory, {@code durableIndex} of what is on disk
 * @param configurationIndex where the configuration in force stands in the log
 */
public record RaftStatus(
        MemberId self,
        Role role,
        long term,
        @Nullable MemberId leader,
        long commitIndex,
        long appliedIndex,
        long durableIndex,
        long lastIndex,
        long firstIndex,
        long configurationIndex,
        Configuration configuration) {}
