package io.capstan.actors.internal.store;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** For the flight recorder: a flush took long. Its fields and its name are in {@code docs/metrics.md}. */
@Name("capstan.SlowSync")
@Label("Slow Sync")
@Category("Capstan")
@Description("A flush of the node's write-ahead file, from the first byte to the disk's word that all are kept.")
@StackTrace(false)
@Threshold("20 ms")
@SuppressWarnings("UnusedVariable") // The flight recorder reads the fields.
final class SlowSyncEvent extends Event {
    @Label("Bytes")
    @DataAmount
    private long bytes;

    @Label("File")
    private String file = "";

    void commit(long flushed, int number) {
        end();
        if (shouldCommit()) {
            bytes = flushed;
            file = WriteAheadFile.name(number);
            commit();
        }
    }
}
