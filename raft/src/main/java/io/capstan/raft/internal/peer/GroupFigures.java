package io.capstan.raft.internal.peer;

import static io.capstan.actors.Figure.Meaning.counter;
import static io.capstan.actors.Figure.Meaning.gauge;

import io.capstan.actors.Figure;
import io.capstan.actors.Figure.Meaning;
import io.capstan.actors.internal.Measured;
import io.capstan.raft.GroupStatus;
import java.util.Comparator;
import java.util.function.Consumer;

/** The figures of this node's members of groups, from what each lets be known of itself. Thread-safe. */
public final class GroupFigures implements Measured {
    private static final String GROUP = "group";
    private static final Meaning TERM = gauge("capstan.raft.term", "", "The member's term.", GROUP);
    private static final Meaning LEADS = gauge("capstan.raft.leads", "", "1 on the node that leads, else 0.", GROUP);
    private static final Meaning LED =
            gauge("capstan.raft.led", "", "1 while the member knows a leader, else 0: nothing is written.", GROUP);
    private static final Meaning VOTERS = gauge("capstan.raft.voters", "", "Members whose majority decides.", GROUP);
    private static final Meaning REACHED =
            gauge("capstan.raft.voters.reached", "", "How many of them this node can reach, itself included.", GROUP);
    private static final Meaning COMMITTED = counter(
            "capstan.raft.committed", "", "Entries that the member knows to be agreed: its commit index.", GROUP);
    private static final Meaning APPLIED =
            counter("capstan.raft.applied", "", "Entries that its state machine has executed.", GROUP);
    private static final Meaning LOG =
            gauge("capstan.raft.log.entries", "", "Entries that the log holds, those in no snapshot yet.", GROUP);
    private static final Meaning ELECTIONS =
            counter("capstan.raft.elections", "", "Elections that the member has stood in.", GROUP);
    private static final Meaning EXCEPTIONS =
            counter("capstan.raft.exceptions", "", "Commands that made the state machine throw.", GROUP);
    private static final Meaning SNAPSHOTS = counter(
            "capstan.raft.snapshots",
            "",
            "Snapshots that were taken here, or received from a leader.",
            GROUP,
            "origin");
    private static final Meaning RESTING =
            gauge("capstan.raft.resting", "", "1 while the group has nothing to do and is silent, else 0.", GROUP);

    /** Whoever shows only so many shows those of the locks and names. */
    private static final Comparator<String> OURS_FIRST = Comparator.<String, Boolean>comparing(
                    group -> !group.startsWith("capstan-"))
            .thenComparing(Comparator.naturalOrder());

    private final Hosts hosts;

    public GroupFigures(Hosts hosts) {
        this.hosts = hosts;
    }

    @Override
    public void measure(Consumer<? super Figure> to) {
        hosts.groups().stream().sorted(OURS_FIRST).forEach(group -> {
            GroupStatus status = hosts.status(group);
            if (status != null) {
                measure(status, to);
            }
        });
    }

    private static void measure(GroupStatus status, Consumer<? super Figure> to) {
        String group = status.group();
        to.accept(TERM.at(status.term(), group));
        to.accept(LEADS.at(status.role() == GroupStatus.Role.LEADER ? 1 : 0, group));
        to.accept(LED.at(status.leader().isPresent() ? 1 : 0, group));
        to.accept(VOTERS.at(status.voters().size(), group));
        to.accept(REACHED.at(status.votersReached(), group));
        to.accept(COMMITTED.at(status.commitIndex(), group));
        to.accept(APPLIED.at(status.appliedIndex(), group));
        to.accept(LOG.at(Math.max(0, status.lastIndex() - status.firstIndex() + 1), group));
        to.accept(ELECTIONS.at(status.counts().elections(), group));
        to.accept(EXCEPTIONS.at(status.counts().exceptions(), group));
        to.accept(SNAPSHOTS.at(status.counts().snapshotsTaken(), group, "taken"));
        to.accept(SNAPSHOTS.at(status.counts().snapshotsReceived(), group, "received"));
        to.accept(RESTING.at(status.resting() ? 1 : 0, group));
    }
}
