package io.capstan.raft.internal.peer;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/** For the flight recorder: a member knows another leader. Its fields and its name are in {@code docs/metrics.md}. */
@Name("capstan.Election")
@Label("Election")
@Category("Capstan")
@Description("A member has learnt of a new leader; lasts from when it knew none, or knew the former to be over.")
@StackTrace(false)
@Threshold("0 ms")
@SuppressWarnings("UnusedVariable") // The flight recorder reads the fields.
final class ElectionEvent extends Event {
    @Label("Group")
    private String group = "";

    @Label("Node")
    private String node = "";

    @Label("Term")
    private long term;

    @Label("Leader")
    private String leader = "";

    @Label("Without Leader")
    @Description("As the duration; also right when the recording began only meanwhile.")
    @Timespan(Timespan.NANOSECONDS)
    private long leaderless;

    void commit(String ofGroup, String onNode, long inTerm, String led, long leaderlessNanos) {
        end();
        if (shouldCommit()) {
            group = ofGroup;
            node = onNode;
            term = inTerm;
            leader = led;
            leaderless = leaderlessNanos;
            commit();
        }
    }
}
