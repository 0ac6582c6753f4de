package io.capstan.bench.torture;

/**
 * A fault that was played, and what it cost.
 *
 * @param faults in their notation
 * @param beginMillis since the run began
 * @param healMillis likewise: when all was mended and running
 * @param recoveryMillis from then until every client was served; -1 when that was waited for in vain
 */
public record Episode(String name, String faults, long beginMillis, long healMillis, long recoveryMillis) {}
