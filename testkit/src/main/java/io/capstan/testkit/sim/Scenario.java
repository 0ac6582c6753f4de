package io.capstan.testkit.sim;

/** One story to be tried under many seeds. Must follow from the trial alone, so that it can be told again. */
@FunctionalInterface
public interface Scenario {
    /** Builds a world with {@link Trial#simulation}, torments it, and throws when something is wrong. */
    void run(Trial trial);
}
