package io.capstan.raft.internal.peer;

import io.capstan.raft.Effects;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.Input;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.RaftCore;
import io.capstan.raft.core.RaftStatus;
import io.capstan.raft.core.Refusal;
import io.capstan.raft.core.Role;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.EffectKey;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.LogCommand;
import io.capstan.raft.internal.wire.Malformed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A member's requests: in the core's words on their way in, in the client's on their way out. Belongs to its actor. */
final class Desk {
    private static final byte[] NOTHING = new byte[0];

    private final String group;
    private final Duration tick;
    private final RaftCore core;
    private final PeerDisk disk;
    private final Outbox outbox;
    private final Applying machine;
    private final Pending pending = new Pending();
    private final DueTimers due = new DueTimers();
    private final Versions versions;
    private Role role = Role.FOLLOWER;
    private boolean delivering;
    /** Reads that the core has not decided on. */
    private int reading;
    /** What can be read, since the last hand-over. */
    private List<Query> ready = new ArrayList<>();
    // Since the last look.
    private boolean asked;
    private long lookedAt;

    Desk(
            String group,
            Duration tick,
            RaftCore core,
            PeerDisk disk,
            Outbox outbox,
            Applying machine,
            Versions versions) {
        this.group = group;
        this.tick = tick;
        this.core = core;
        this.disk = disk;
        this.outbox = outbox;
        this.machine = machine;
        this.versions = versions;
    }

    /** A number for the core, under which {@code waiting} is answered. */
    long begin(Pending.Waiting waiting) {
        asked = true;
        return pending.begin(waiting);
    }

    /** Somebody wants something of the group: it has no time to rest. */
    void wasAsked() {
        asked = true;
    }

    void write(ClientFrame.Write write, Pending.Waiting waiting, @Nullable GroupId id, List<Input> inputs) {
        if (role == Role.LEADER && disk.isFull()) {
            // Not logged, so that its outcome is known. Whoever waits tries again, until there is room or another
            // leads.
            waiting.refuse(Why.NOT_LEADER, "", 0, 0, "the disk of this node, which leads, is full");
            return;
        }
        // Whoever does not lead yet may do so by the time the core sees it: what came with the last vote was logged too
        // early,
        // and ended every member.
        if (versions.isTooOldInForce()) {
            asked = true;
            refuseAsFollower(waiting, core.status()); // It will be tried again, and by then the group is raised.
            return;
        }
        byte[] command = id == null ? write.command() : logged(write.command(), id);
        inputs.add(new Input.Propose(begin(waiting), List.of(command)));
    }

    private static byte[] logged(byte[] command, GroupId id) {
        try {
            return LogCommand.asLogged(command, id.epoch());
        } catch (Malformed malformed) {
            return command; // Refused when it is executed, as every other that nobody understands.
        }
    }

    void read(ClientFrame.Read read, Pending.Waiting waiting, List<Input> inputs) {
        if (read.mode() == 2) {
            query(read.minIndex(), read, waiting);
        } else {
            reading++;
            inputs.add(new Input.Read(begin(waiting), read.mode() == 1));
        }
    }

    void readReady(Effect.ReadReady ready) {
        Pending.Waiting waiting = pending.decided(ready.correlation());
        if (waiting != null && waiting.request() instanceof ClientFrame.Read read) {
            reading--;
            query(ready.index(), read, waiting);
        }
    }

    private void query(long index, ClientFrame.Read read, Pending.Waiting waiting) {
        long deadline = System.nanoTime() + read.withinMillis() * 1_000_000L;
        ready.add(new Query(index, read.query(), deadline, waiting));
    }

    /** Whether reads wait for a round, or for the leader to know that it is one: those that come now wait with them. */
    boolean isReading() {
        return role == Role.LEADER && reading > 0;
    }

    /** What can be read now goes to the state machine, together: before what is to be applied, and after each step. */
    void handOver() {
        if (!ready.isEmpty()) {
            List<Query> queries = ready;
            ready = new ArrayList<>();
            if (!machine.tell(new Applier.Command.Queries(queries))) {
                queries.forEach(query -> query.refuse(ClientFrame.Refused.NO_GROUP));
            }
        }
    }

    /** What is executed now, and what its effects leave to do. */
    void applied(PeerEvent.Applied applied) {
        due.remember(applied.due());
        delivering = applied.delivering();
        versions.inForce(applied.version());
    }

    /** What a leader has to tell the log about effects. Whether it gets there shows: if not it is said again. */
    void errand(byte[] command, List<Input> inputs) {
        if (role == Role.LEADER) {
            wasAsked();
            inputs.add(new Input.Propose(pending.number(), List.of(command)));
        }
    }

    void answered(PeerEvent.Answered answered) {
        machine.tell(new Applier.Command.Answered(answered.from(), answered.answer()));
    }

    /** Proposes what falls due, while this member leads. */
    void expire(long now, List<Input> inputs) {
        if (role != Role.LEADER || !due.isPending()) {
            return;
        }
        for (Effects.Id timer : due.take(core.logTime(now))) {
            byte[] logged = new LogCommand.Fired(EffectKey.of(timer)).toBytes();
            ClientFrame.Request own = new ClientFrame.Write(0, group, logged);
            long number = pending.begin(new Pending.Waiting(own, Responder.NOBODY));
            inputs.add(new Input.Propose(number, List.of(logged)));
        }
    }

    // The membership.

    void change(ClientFrame.Change asked, Pending.Waiting waiting, List<Input> inputs) {
        Input.Change change = switch (asked.step()) {
            case ADD_LEARNER -> new Input.Change.AddLearner(asked.member());
            case PROMOTE -> new Input.Change.Promote(asked.member());
            case REMOVE -> new Input.Change.Remove(asked.member());
        };
        inputs.add(new Input.ChangeMembers(pending.begin(waiting), asked.expected(), change));
    }

    void transfer(ClientFrame.Transfer asked, Pending.Waiting waiting, List<Input> inputs) {
        if (asked.target().equals(core.status().self()) && role == Role.LEADER) {
            waiting.responder().reply(new ClientFrame.Answer(asked.correlation(), 0, NOTHING));
        } else {
            inputs.add(new Input.TransferLeadership(pending.begin(waiting), asked.target()));
        }
    }

    void describe(Pending.Waiting waiting, @Nullable GroupId id) {
        RaftStatus status = core.status();
        if (role != Role.LEADER || id == null) {
            refuseAsFollower(waiting, status);
        } else {
            waiting.responder().reply(PeerReport.description(waiting.request().correlation(), id, status, core, tick));
        }
    }

    private void refuseAsFollower(Pending.Waiting waiting, RaftStatus status) {
        List<String> voters = PeerReport.voters(status);
        waiting.refuse(
                Why.NOT_LEADER,
                leader(status.leader()),
                voters.size(),
                outbox.reached(voters),
                text(Refusal.NOT_LEADER, voters));
    }

    /**
     * What a leader does by itself now and then: the next step towards enough voters, or a raise of the state machine's
     * version, or, if there is none to take and nothing was asked since the last look, rest.
     */
    void look(Steward steward, boolean mayRest, List<Input> inputs) {
        if (role != Role.LEADER) {
            return;
        }
        RaftStatus status = core.status();
        Input.Change step = steward.next(status.configuration(), status.self(), core.peers());
        int raise = versions.next(status.configuration(), status.self());
        boolean quiet = !asked && status.lastIndex() == lookedAt;
        lookedAt = status.lastIndex();
        asked = false;
        if (step != null) {
            ClientFrame.Request own = new ClientFrame.Describe(0, group);
            long number = pending.begin(new Pending.Waiting(own, Responder.NOBODY));
            inputs.add(new Input.ChangeMembers(number, status.configurationIndex(), step));
        } else if (raise > 0) {
            errand(new LogCommand.Raised(raise).toBytes(), inputs);
        } else if (mayRest
                && versions.isComplete(status.configuration(), status.self())
                && quiet
                && status.appliedIndex() == lookedAt
                && !due.isThere()
                && !delivering) {
            // What falls due or is to be delivered is the leader's to do, so it stays awake for it, and is missed.
            inputs.add(new Input.Rest());
        }
    }

    // What the core made of them.

    void accepted(Effect.Accepted accepted) {
        Pending.Waiting waiting = pending.decided(accepted.correlation());
        if (waiting != null && waiting.request() instanceof ClientFrame.Transfer transfer) {
            // The target was told to campaign: whether it wins shows in who leads.
            waiting.responder().reply(new ClientFrame.Answer(transfer.correlation(), accepted.lastIndex(), NOTHING));
        } else if (waiting != null && accepted.lastIndex() > 0) {
            pending.logged(accepted.lastIndex(), accepted.term(), waiting);
        }
    }

    void refused(Effect.Refused refused) {
        Pending.Waiting waiting = pending.decided(refused.correlation());
        if (waiting == null) {
            return;
        }
        if (waiting.request() instanceof ClientFrame.Read) {
            reading--;
        }
        if (waiting.responder() == Responder.NOBODY) {
            if (waiting.request() instanceof ClientFrame.Write) {
                due.again();
            }
            return;
        }
        List<String> voters = PeerReport.voters(core.status());
        waiting.refuse(
                why(refused.why()),
                leader(refused.leader()),
                voters.size(),
                outbox.reached(voters),
                text(refused.why(), voters));
    }

    private static String text(Refusal refusal, List<String> voters) {
        return switch (refusal) {
            case TOO_LARGE -> "a command of more bytes than capstan.raft.core.entry-bytes-max";
            case OVERLOADED ->
                "as many requests are under way as capstan.raft.core.uncommitted-entries-max or"
                        + " uncommitted-bytes-max allow";
            default -> voters.isEmpty() ? ClientFrame.Refused.NO_GROUP : refusal.name();
        };
    }

    private static String leader(@Nullable MemberId known) {
        return known == null ? "" : known.name();
    }

    private static Why why(Refusal refusal) {
        return switch (refusal) {
            case NOT_LEADER, NOT_READY, TRANSFERRING -> Why.NOT_LEADER;
            case OVERLOADED -> Why.OVERLOADED;
            case CONFIGURATION_CHANGED, CHANGE_IN_PROGRESS, LAGGING, QUORUM_AT_RISK -> Why.NOT_NOW;
            case TOO_LARGE, INVALID_CHANGE, NOT_BLANK -> Why.INVALID;
        };
    }

    void roleChanged(Effect.RoleChanged changed) {
        if (role == Role.LEADER && changed.role() != Role.LEADER) {
            pending.leadershipLost();
        }
        if (role != changed.role()) {
            due.again();
            machine.tell(new Applier.Command.Lead(changed.role() == Role.LEADER));
        }
        role = changed.role();
    }

    void apply(List<Entry> entries) {
        handOver();
        List<Pending.@Nullable Waiting> waiting = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            waiting.add(pending.applied(entry));
        }
        machine.mustTake(new Applier.Command.Apply(entries, waiting));
    }

    /** A snapshot takes the place of whatever was not applied yet. */
    void restore(Effect.Restore restore) {
        handOver();
        pending.skipped(restore.snapshot().index());
        machine.mustTake(new Applier.Command.Restore(restore.snapshot()));
    }

    void end() {
        ready.forEach(query -> query.refuse("the member stopped")); // In the midst of a step.
        pending.end();
    }
}
