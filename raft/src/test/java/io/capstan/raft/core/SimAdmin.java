package io.capstan.raft.core;

import io.capstan.raft.core.Input.Change;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Changes the membership all the time, and now and then gives a member an empty disk and thereby another identity. */
final class SimAdmin {
    private static final int VOTERS_MIN = 2;

    private final SimWorld world;
    private final SplittableRandom random;
    private final Map<String, List<Object>> backups = new HashMap<>();
    private @Nullable String wiped;
    private boolean rests;

    SimAdmin(SimWorld world, long seed) {
        this.world = world;
        random = new SplittableRandom(seed);
    }

    void start() {
        // Now and then so fast that a new leader is asked before it is ready.
        int pause = random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 50 + random.nextInt(500);
        world.simulation.at(Duration.ofMillis(pause), () -> {
            if (!rests) {
                act();
                start();
            }
        });
    }

    /** Nothing new from now on; who was wiped is alive again. */
    void rest() {
        rests = true;
        revive();
    }

    private void act() {
        revive();
        if (random.nextInt(8) == 0) {
            String name = world.names.get(random.nextInt(world.names.size()));
            backups.put(name, world.simulation.disk(name).backup());
        }
        SimMember leader = world.someLeader();
        if (leader == null || world.simulation.isPaused(leader.id.name())) {
            return;
        }
        RaftStatus status = leader.core.status();
        Change change = next(status.configuration());
        if (change != null) {
            if (random.nextInt(4) == 0) {
                cutOff(leader.id.name());
            }
            leader.input(new Input.ChangeMembers(world.clients.request(), status.configurationIndex(), change));
        }
    }

    /** Nobody hears of its change, and another entry takes its place. */
    private void cutOff(String leader) {
        world.count("changes that nobody hears of");
        for (String other : world.names) {
            if (!other.equals(leader)) {
                world.simulation.cutOneWay(leader, other);
                world.simulation.at(
                        Duration.ofMillis(500 + random.nextInt(500)), () -> world.simulation.healOneWay(leader, other));
            }
        }
    }

    private @Nullable Change next(Configuration now) {
        for (Member member : now.members()) {
            if (!member.id().equals(world.idOf(member.id().name()))) {
                return new Change.Remove(member.id());
            }
        }
        String name = world.names.get(random.nextInt(world.names.size()));
        MemberId id = world.idOf(name);
        Member member = now.find(id);
        if (member == null) {
            return new Change.AddLearner(id);
        }
        int what = random.nextInt(4);
        if (!member.votes() && what > 0) {
            return new Change.Promote(id);
        }
        if (what == 0 && (!member.votes() || now.voters() > 1)) {
            return new Change.Remove(id);
        }
        if (what == 1 && world.simulation.isUp(name) && isExpendable(id)) {
            wipe(name);
        }
        return null;
    }

    /** By every configuration that is in force anywhere, an old leader's too: a group of two survives no loss. */
    private boolean isExpendable(MemberId id) {
        for (String name : world.names) {
            Configuration configuration = world.member(name).core.status().configuration();
            boolean hasLost = configuration.members().stream()
                    .anyMatch(
                            member -> !member.id().equals(world.idOf(member.id().name())));
            if (hasLost || (configuration.isVoter(id) && configuration.voters() <= VOTERS_MIN)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A new disk under the old name, or an old backup of it: never more than one at a time, as one lost voter is what a
     * group survives.
     */
    private void wipe(String name) {
        world.simulation.kill(name);
        List<Object> old = backups.getOrDefault(name, List.of());
        world.simulation.disk(name).restore(old);
        world.renew(name);
        world.count(old.isEmpty() ? "disks wiped" : "old backups restored");
        wiped = name;
    }

    private void revive() {
        String name = wiped;
        if (name != null) {
            world.simulation.restart(name);
            wiped = null;
        }
    }
}
