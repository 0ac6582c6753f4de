package io.capstan.demo.crunch;

import io.capstan.crdt.Counters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one chunk adds to the counters, as operations that whoever counts the chunk makes alike: so it counts once,
 * whichever nodes count it.
 *
 * @param operation its id
 * @param deltas by counter
 */
record Tally(String operation, Map<String, Long> deltas) {
    /** What the number of a delta and the length of its name take at most, in bytes. */
    private static final int DELTA_BYTES = 20;

    /** One operation, or more when the values of the chunk do not fit one; always the same of the same chunk. */
    static List<Tally> of(Job job, int chunk, Map<Value, Long> times) {
        Map<String, Long> all = new TreeMap<>();
        times.forEach((value, count) -> all.put(job.counters() + value.key(), count));
        List<Tally> tallies = new ArrayList<>();
        Map<String, Long> part = new TreeMap<>();
        int bytes = 0;
        for (Map.Entry<String, Long> delta : all.entrySet()) {
            int next = DELTA_BYTES + delta.getKey().getBytes(StandardCharsets.UTF_8).length;
            if (bytes + next > Counters.OPERATION_BYTES_MAX) {
                tallies.add(new Tally(id(job, chunk, tallies.size()), part));
                part = new TreeMap<>();
                bytes = 0;
            }
            bytes += next;
            part.put(delta.getKey(), delta.getValue());
        }
        if (!part.isEmpty()) {
            tallies.add(new Tally(id(job, chunk, tallies.size()), part));
        }
        return tallies;
    }

    private static String id(Job job, int chunk, int part) {
        return job.counters() + chunk + (part == 0 ? "" : "." + part);
    }
}
