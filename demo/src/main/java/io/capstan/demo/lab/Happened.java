package io.capstan.demo.lab;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened in the lab.
 *
 * @param number of it, from 1 on, without gaps
 * @param ms since the lab began, when it began itself
 * @param node where; empty when it is of all
 * @param ok whether it went as asked; of what was only seen, true
 * @param took how long it took, in milliseconds
 * @param fault its notation, when it was a fault
 * @param code the call of an exported test that does it again, when it was an act
 */
record Happened(
        long number,
        long ms,
        Kind kind,
        String node,
        String text,
        boolean ok,
        long took,
        @Nullable String fault,
        @Nullable String code) {
    enum Kind {
        /** What was done to links and processes. */
        FAULT,
        /** What a node was asked to do. */
        ACT,
        /** What a node said by itself. */
        SEEN,
        /** A step of the story. */
        STORY
    }
}
