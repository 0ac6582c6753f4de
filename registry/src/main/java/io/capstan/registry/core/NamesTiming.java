package io.capstan.registry.core;

/**
 * The bounds of waiting: for how long, in milliseconds of {@code tick}, and behind how many.
 *
 * @param arbiterSilence how long a claim waits for the arbiter's order before it goes on without
 * @param askAgain after how long whoever has not answered is asked again
 * @param alone how long after its start a node that sees nobody waits for others before it claims
 * @param underWayMax how many claims of a node are under way at one time; further ones wait in line
 */
public record NamesTiming(long arbiterSilence, long askAgain, long alone, int underWayMax) {
    public NamesTiming {
        if (arbiterSilence < 1 || askAgain < 1 || alone < 0 || underWayMax < 1) {
            throw new IllegalArgumentException(
                    "arbiterSilence and askAgain are at least 1 ms, alone at least 0, underWayMax at least 1; got "
                            + arbiterSilence + ", " + askAgain + ", " + alone + ", " + underWayMax);
        }
    }
}
