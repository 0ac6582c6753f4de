package io.capstan.testkit.sim;

/** Something that holds after every step. */
@FunctionalInterface
public interface Invariant {
    /**
     * Throws, best an {@link AssertionError} that tells what is wrong, when it does not hold.
     *
     * @param process who took the step, so that only what may have changed needs to be looked at; empty for an action
     *     of the test itself ({@link Simulation#at})
     */
    void check(String process);
}
