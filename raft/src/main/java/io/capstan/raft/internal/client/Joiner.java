package io.capstan.raft.internal.client;

import io.capstan.raft.GroupStatus;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.internal.peer.Hosts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has this node's members that have an empty log join the groups of their names, as learners: a few at a time, in turns. A
 * thousand that looked at once, again and again, for groups that are yet to be made kept those from being made.
 * Thread-safe.
 */
public final class Joiner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Joiner.class);
    private static final Duration ATTEMPT = Duration.ofMillis(500);

    private final Members members;
    private final Hosts hosts;
    private final int most;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Cancellable ticks;
    private String last = "";

    /**
     * Begins to look.
     *
     * @param every how often
     * @param most how many members look for their group at a time
     */
    public Joiner(ActorSystem<?> system, Members members, Hosts hosts, Duration every, int most) {
        this.members = members;
        this.hosts = hosts;
        this.most = most;
        ticks = system.classicSystem()
                .scheduler()
                .scheduleWithFixedDelay(every, every, this::tick, system.executionContext());
    }

    private synchronized void tick() {
        TreeSet<String> groups = new TreeSet<>(hosts.groups());
        List<String> turns = new ArrayList<>(groups.tailSet(last, false));
        turns.addAll(groups.headSet(last, true));
        for (String group : turns) {
            if (underWay.size() >= most) {
                return;
            }
            GroupStatus status = hosts.status(group);
            if (status != null && status.role() == GroupStatus.Role.BLANK && underWay.add(group)) {
                last = group;
                look(group, new MemberId(status.node(), status.incarnation()));
            }
        }
    }

    private void look(String group, MemberId self) {
        members.join(group, self, ATTEMPT).whenComplete((asked, failure) -> {
            underWay.remove(group);
            // Mostly there is no such group yet.
            LOG.debug("{} of {}: {}", self, group, failure == null ? "asked to join" : failure.toString());
            if (Boolean.TRUE.equals(asked)) {
                tick(); // Where there is one group there are more, and none of them has to wait for the next look.
            }
        });
    }

    @Override
    public void close() {
        ticks.cancel();
    }
}
