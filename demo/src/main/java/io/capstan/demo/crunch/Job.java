package io.capstan.demo.crunch;

import java.util.List;

/**
 * What to count.
 *
 * @param id names the job's counters and its lock; letters and digits
 * @param files absolute paths, the same on every node
 * @param field see {@link FieldReader}
 * @param workers how many processes take part; counting begins when all are there
 * @param result where the result is written, by one process
 */
public record Job(String id, List<String> files, int field, int workers, String result) implements CrunchMessage {
    public Job {
        files = List.copyOf(files);
    }

    /** Without its files, of which there may be too many for one message. */
    Job brief() {
        return new Job(id, List.of(), field, workers, result);
    }

    /** Where the counters of this job begin. */
    String counters() {
        return "crunch/" + id + "/";
    }

    /** The name of this job's lock. */
    String lock() {
        return "crunch/" + id;
    }
}
