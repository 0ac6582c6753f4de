package io.capstan.demo.crunch;

import java.util.List;

/**
 * What to count.
 *
 * @param id names the job's counters and its lock; letters and digits
 * @param files absolute paths, the same on every node
 * @param field see {@link FieldReader}
 * @param workers how many processes take part; counting begins when all are there
 * @param cutFor for how many workers the files are cut into chunks: the same for whoever begins the job again, as a chunk's
 *     number stands for what is in it
 * @param result where the result is written, by one process
 * @param victim the node that the user will kill; empty for none
 * @param percent of the chunks that are to be counted before
 */
public record Job(
        String id, List<String> files, int field, int workers, int cutFor, String result, String victim, int percent)
        implements CrunchMessage {
    public Job {
        files = List.copyOf(files);
    }

    /** A job during which nobody is killed. */
    public Job(String id, List<String> files, int field, int workers, String result) {
        this(id, files, field, workers, workers, result, "", 0);
    }

    /** The same job, during which {@code node} is to be killed once so much of it is counted. */
    public Job killing(String node, int atPercent) {
        return new Job(id, files, field, workers, cutFor, result, node, atPercent);
    }

    /** The same job, to be begun again with fewer workers: what was counted counts once. */
    public Job again(int livingWorkers) {
        return new Job(id, files, field, livingWorkers, cutFor, result, "", 0);
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
