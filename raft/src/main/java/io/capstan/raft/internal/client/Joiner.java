package io.capstan.raft.internal.client;

import io.capstan.raft.GroupStatus;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.internal.peer.Hosts;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has this node's members that have an empty log join the groups of their names, as learners. Thread-safe. */
public final class Joiner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Joiner.class);
    private static final Duration ATTEMPT = Duration.ofMillis(500);

    private final Members members;
    private final Hosts hosts;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Cancellable ticks;

    public Joiner(ActorSystem<?> system, Members members, Hosts hosts, Duration every) {
        this.members = members;
        this.hosts = hosts;
        ticks = system.classicSystem()
                .scheduler()
                .scheduleWithFixedDelay(every, every, this::tick, system.executionContext());
    }

    private void tick() {
        for (String group : hosts.groups()) {
            GroupStatus status = hosts.status(group);
            if (status != null && status.role() == GroupStatus.Role.BLANK && underWay.add(group)) {
                MemberId self = new MemberId(status.node(), status.incarnation());
                members.join(group, self, ATTEMPT).whenComplete((joined, failure) -> {
                    underWay.remove(group);
                    // Mostly there is no such group yet.
                    LOG.debug("{} of {}: {}", self, group, failure == null ? "asked to join" : failure.toString());
                });
            }
        }
    }

    @Override
    public void close() {
        ticks.cancel();
    }
}
