package io.capstan.crdt.core;

import java.time.Duration;

/**
 * The limits of a table.
 *
 * @param departed what becomes of the rows of an owner that nobody can reach
 * @param frameBytesMax rows of one frame together, as {@link RowMeasure} counts them; a single larger row travels alone
 * @param unackedFramesMax frames of rows under way to one peer; meanwhile its rows coalesce
 * @param announceEvery how often peers that depend on relays are told how far our copies are
 * @param checkEvery how often linked replicas compare the hashes of their copies
 * @param holdAfter a peer whose stream moves but has not reached our tail for this long makes {@link Table#holding}
 * @param forgetAfter least age at which a removal that all linked peers acknowledged is forgotten
 * @param dropAfter how long the rows of a hidden owner are kept in case it returns ({@link Departed#HIDE} only)
 * @param slotsMax slots held at most; further ones are refused
 */
public record TableSettings(
        Departed departed,
        int frameBytesMax,
        int unackedFramesMax,
        Duration announceEvery,
        Duration checkEvery,
        Duration holdAfter,
        Duration forgetAfter,
        Duration dropAfter,
        int slotsMax) {
    /** What becomes of the rows of an owner that nobody can reach. */
    public enum Departed {
        /** They stay, count and are relayed for ever: counters. */
        KEEP,
        /** They are hidden at once, shown again only after catching up, and dropped in time: names and groups. */
        HIDE
    }

    public TableSettings {
        require(frameBytesMax > 0, "frameBytesMax", frameBytesMax);
        require(unackedFramesMax > 0, "unackedFramesMax", unackedFramesMax);
        require(positive(announceEvery), "announceEvery", announceEvery);
        require(positive(checkEvery), "checkEvery", checkEvery);
        require(positive(holdAfter), "holdAfter", holdAfter);
        require(!forgetAfter.isNegative(), "forgetAfter", forgetAfter);
        require(!dropAfter.isNegative(), "dropAfter", dropAfter);
        require(slotsMax > 0, "slotsMax", slotsMax);
    }

    /** The defaults that {@code reference.conf} documents, for a table of this kind. */
    public static TableSettings defaults(Departed departed) {
        return new TableSettings(
                departed,
                48 * 1024,
                2,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                65_536);
    }

    private static boolean positive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void require(boolean holds, String key, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("a table's " + key + " is too small: " + value);
        }
    }
}
