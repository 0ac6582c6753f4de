package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/** For the flight recorder: a link stands again. Its fields and its name are in {@code docs/metrics.md}. */
@Name("capstan.Heal")
@Label("Link Stands Again")
@Category("Capstan")
@Description("A link that had ended stands again; lasts from the end to the new beginning.")
@StackTrace(false)
@Threshold("0 ms")
@SuppressWarnings("UnusedVariable") // The flight recorder reads the fields.
final class HealEvent extends Event {
    @Label("Node")
    private String node = "";

    @Label("Peer")
    private String peer = "";

    @Label("Why It Ended")
    private String reason = "";

    @Label("Restarted")
    @Description("Whether the peer is another run of its node: then nothing healed, it came back.")
    private boolean restarted;

    @Label("Apart")
    @Description("As the duration; also right when the recording began only meanwhile.")
    @Timespan(Timespan.NANOSECONDS)
    private long apart;

    void commit(String self, String other, NodeEvent.Reason why, boolean again, long apartNanos) {
        end();
        if (shouldCommit()) {
            node = self;
            peer = other;
            reason = why.name();
            restarted = again;
            apart = apartNanos;
            commit();
        }
    }
}
