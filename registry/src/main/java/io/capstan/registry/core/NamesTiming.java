package io.capstan.registry.core;

/**
 * The bounds of waiting, in milliseconds of {@code tick}.
 *
 * @param arbiterSilence how long a claim waits for the arbiter's order before it goes on without
 * @param askAgain after how long whoever has not answered is asked again
 * @param alone how long after its start a node that sees nobody waits for others before it claims
 */
public record NamesTiming(long arbiterSilence, long askAgain, long alone) {
    public NamesTiming {
        if (arbiterSilence < 1 || askAgain < 1 || alone < 0) {
            throw new IllegalArgumentException("arbiterSilence and askAgain are at least 1 ms, alone at least 0; got "
                    + arbiterSilence + ", " + askAgain + ", " + alone);
        }
    }
}
