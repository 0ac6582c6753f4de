package io.capstan.bench.torture;

import java.util.List;

/**
 * What a run came to.
 *
 * @param operations that clients asked for
 * @param unknown those of them whose outcome nobody knows
 * @param violations in lines for people
 * @param missing faults that this machine has not, and why
 * @param millis that the clients' load lasted
 * @param history the file
 */
public record Outcome(
        String workload,
        long seed,
        List<String> nodes,
        long operations,
        long ok,
        long failed,
        long unknown,
        List<Episode> episodes,
        List<String> violations,
        List<String> missing,
        long millis,
        String history) {
    public boolean passed() {
        return violations.isEmpty();
    }

    /** How many faults there were. */
    public int faults() {
        return episodes.size();
    }

    /** The longest time from the end of a fault until every client was served; what was waited for in vain is a violation. */
    public long recoveryMillisMax() {
        return episodes.stream()
                .mapToLong(Episode::recoveryMillis)
                .filter(millis -> millis >= 0)
                .max()
                .orElse(0);
    }
}
