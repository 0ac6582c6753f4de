package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.Codec;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.Input;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.RaftCore;
import io.capstan.raft.core.RaftStatus;
import io.capstan.raft.core.Refusal;
import io.capstan.raft.core.Role;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.log.DurableLog;
import io.capstan.raft.internal.log.LogDamaged;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.RaftFrame;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One member of one group. Takes whatever waits, makes one step of the core with it, and begins the effects in order.
 *
 * <p>All that the core knows changes here and nowhere else (hashicorp#695: a term changed on the side).
 */
public final class PeerActor extends AbstractBehavior<Inbox.Wake> {
    private static final SecureRandom CHANCE = new SecureRandom();

    /**
     * What a member is made of.
     *
     * @param machine makes its state machine, once it is in a group
     * @param publish told of its status after every step
     * @param ended run when the actor has ended, for whatever reason
     */
    public record Parts(
            String group,
            RaftSettings settings,
            Mesh mesh,
            DurableLog log,
            Supplier<? extends StateMachine<?, ?>> machine,
            Codec codec,
            Consumer<GroupStatus> publish,
            Runnable ended) {}

    private final Parts parts;
    private final Inbox inbox;
    private final RaftCore core;
    private final MemberId self;
    private final PeerDisk disk;
    private final Outbox outbox;
    private final Pending pending = new Pending();
    private @Nullable ActorRef<Applier.Command> applier;
    private Role role = Role.FOLLOWER;
    private String leader = "";
    private final DueCommand due = new DueCommand();
    private boolean finished;

    /** The member whose log {@code parts} has; it takes its events from {@code inbox}. */
    public static Behavior<?> create(Parts parts, Inbox inbox) {
        return Behaviors.<Inbox.Wake>setup(
                context -> Behaviors.withTimers(timers -> new PeerActor(context, timers, parts, inbox)));
    }

    private PeerActor(ActorContext<Inbox.Wake> context, TimerScheduler<Inbox.Wake> timers, Parts parts, Inbox inbox) {
        super(context);
        this.parts = parts;
        this.inbox = inbox;
        self = new MemberId(parts.mesh().self().name(), parts.log().incarnation());
        core = new RaftCore(parts.settings().core(), self, parts.log(), CHANCE.nextLong(), now());
        disk = new PeerDisk(parts.log(), inbox);
        outbox = new Outbox(parts.mesh(), parts.settings().peer().outboxBytesMax());
        startMachine();
        publish();
        inbox.attach(context.getSelf());
        timers.startTimerWithFixedDelay(Inbox.Wake.TICK, parts.settings().tick());
    }

    private void startMachine() {
        GroupId group = parts.log().group();
        if (group != null && applier == null) {
            applier = getContext()
                    .spawn(
                            Applier.create(parts.group(), group.epoch(), parts.machine(), parts.codec(), inbox),
                            "applier",
                            DispatcherSelector.fromConfig("capstan.raft.applier-dispatcher"));
            // A bug that ends the applier ends the member: loudly, instead of a member that never answers.
            getContext().watch(applier);
        }
    }

    @Override
    public Receive<Inbox.Wake> createReceive() {
        return newReceiveBuilder()
                .onMessage(Inbox.Wake.class, this::onWake)
                .onSignal(PostStop.class, stopped -> onStop())
                .build();
    }

    private Behavior<Inbox.Wake> onStop() {
        pending.end();
        parts.ended().run();
        return this;
    }

    private Behavior<Inbox.Wake> onWake(Inbox.Wake wake) {
        if (wake == Inbox.Wake.TICK) {
            inbox.add(new PeerEvent.Tick());
            return this;
        }
        List<PeerEvent> batch = inbox.drain(parts.settings().peer().batchMax());
        List<Input> inputs = new ArrayList<>(batch.size());
        for (PeerEvent event : batch) {
            translate(event, inputs);
        }
        if (finished) {
            return Behaviors.stopped();
        }
        expire(inputs);
        try {
            for (Effect effect : core.step(now(), inputs)) {
                perform(effect);
            }
        } catch (LogDamaged found) {
            // What else was acknowledged and is gone nobody knows: from here on it is silent.
            finish("its log is damaged, " + found.getMessage() + "; see capstan raft verify");
            return Behaviors.stopped();
        }
        for (PeerEvent event : batch) {
            if (event instanceof PeerEvent.Frame frame) {
                frame.consumed().run();
            }
        }
        publish();
        return this;
    }

    private void finish(String why) {
        if (!finished) {
            getContext().getLog().error("member of {} stops: {}", parts.group(), why);
        }
        finished = true;
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    // What happened, in the core's words.

    private void translate(PeerEvent event, List<Input> inputs) {
        if (event instanceof PeerEvent.Tick) {
            disk.proceed();
            inputs.add(new Input.Tick());
        } else if (event instanceof PeerEvent.Room) {
            disk.proceed();
        } else if (event instanceof PeerEvent.Frame frame) {
            received(frame, inputs);
        } else if (event instanceof PeerEvent.Asked asked) {
            asked(new Pending.Waiting(asked.request(), asked.responder()), inputs);
        } else if (event instanceof PeerEvent.Durable durable) {
            parts.log().durable(durable.persist());
            inputs.add(new Input.Persisted(durable.persist().ticket()));
        } else if (event instanceof PeerEvent.Applied applied) {
            inputs.add(new Input.Applied(applied.index()));
            due.remember(applied.due());
        } else if (event instanceof PeerEvent.Links links) {
            linksChanged(outbox.onLinks(links.event()), inputs);
        } else if (event instanceof PeerEvent.StoreEnded ended) {
            // Fail-stop: a member that cannot write promises nothing and answers nobody; the others elect another.
            finish(String.valueOf(ended.failure().getMessage()));
        } else if (event instanceof PeerEvent.Stop) {
            finished = true;
        }
    }

    private void linksChanged(@Nullable String lost, List<Input> inputs) {
        if (lost == null) {
            return;
        }
        for (Member member : core.status().configuration().members()) {
            if (member.id().name().equals(lost)) {
                inputs.add(new Input.Unlinked(member.id()));
            }
        }
    }

    private void received(PeerEvent.Frame event, List<Input> inputs) {
        RaftFrame frame = event.frame();
        if (frame.to() != self.incarnation()) {
            return;
        }
        GroupId group = parts.log().group();
        if (group == null) {
            // Whoever names this very life of this disk has it in its configuration: that is the invitation.
            if (!join(frame.id())) {
                return;
            }
        } else if (!group.equals(frame.id())) {
            return;
        }
        inputs.add(new Input.Received(new MemberId(event.from(), frame.from()), self, frame.message()));
    }

    private void asked(Pending.Waiting waiting, List<Input> inputs) {
        ClientFrame.Request request = waiting.request();
        if (request instanceof ClientFrame.Write write) {
            inputs.add(new Input.Propose(pending.begin(waiting), List.of(write.command())));
        } else if (request instanceof ClientFrame.Read read) {
            if (read.mode() == 2) {
                query(read.minIndex(), waiting);
            } else {
                inputs.add(new Input.Read(pending.begin(waiting), read.mode() == 1));
            }
        } else if (request instanceof ClientFrame.Probe probe) {
            waiting.responder()
                    .reply(new ClientFrame.Member(
                            probe.correlation(),
                            self.incarnation(),
                            parts.log().group(),
                            PeerReport.voters(core.status())));
        } else if (request instanceof ClientFrame.Bootstrap bootstrap) {
            bootstrap(bootstrap, waiting, inputs);
        }
    }

    private void bootstrap(ClientFrame.Bootstrap request, Pending.Waiting waiting, List<Input> inputs) {
        if (parts.log().group() != null) {
            waiting.refuse(Why.INVALID, "", 0, 0, "the group is made already");
        } else if (!request.voters().contains(self)) {
            waiting.refuse(Why.INVALID, "", 0, 0, "the node that makes a group is one of its voters");
        } else {
            long epoch = Math.max(1, System.currentTimeMillis() / 1000);
            if (join(new GroupId(epoch, CHANCE.nextLong()))) {
                inputs.add(new Input.Bootstrap(pending.begin(waiting), request.voters()));
            } else {
                waiting.refuse(Why.OVERLOADED, "", 0, 0, "the node's store has no room");
            }
        }
    }

    /** Returns false when there is no room to remember it: whoever invites does so again. */
    private boolean join(GroupId group) {
        try {
            parts.log().join(group);
        } catch (StoreFailure refused) {
            return false;
        }
        startMachine();
        return true;
    }

    private void query(long index, Pending.Waiting waiting) {
        ClientFrame.Request request = waiting.request();
        ActorRef<Applier.Command> machine = applier;
        if (machine == null || !(request instanceof ClientFrame.Read read)) {
            waiting.refuse(Why.NOT_LEADER, leader, 0, 0, "this member is in no group yet");
        } else {
            machine.tell(new Applier.Command.Query(index, read.query(), waiting));
        }
    }

    // What falls due in the state machine.

    private void expire(List<Input> inputs) {
        byte[] command = role == Role.LEADER && due.isPending() ? due.take(core.logTime(now())) : null;
        if (command != null) {
            ClientFrame.Request own = new ClientFrame.Write(0, parts.group(), false, command);
            long number = pending.begin(new Pending.Waiting(own, Responder.NOBODY));
            inputs.add(new Input.Propose(number, List.of(command)));
        }
    }

    // What the core asks for, in its order.

    private void perform(Effect effect) {
        if (effect instanceof Effect.Send send) {
            outbox.send(
                    send.to().name(),
                    new RaftFrame(
                            parts.group(),
                            joined(),
                            self.incarnation(),
                            send.to().incarnation(),
                            send.message()));
        } else if (effect instanceof Effect.Persist || effect instanceof Effect.Compact) {
            disk.write(effect);
        } else if (effect instanceof Effect.Apply apply) {
            apply(apply.entries());
        } else if (effect instanceof Effect.Accepted accepted) {
            accepted(accepted);
        } else if (effect instanceof Effect.Refused refused) {
            refused(refused);
        } else if (effect instanceof Effect.ReadReady ready) {
            Pending.Waiting waiting = pending.decided(ready.correlation());
            if (waiting != null) {
                query(ready.index(), waiting);
            }
        } else if (effect instanceof Effect.RoleChanged changed) {
            roleChanged(changed);
        } else if (!(effect instanceof Effect.ConfigurationChanged)) {
            // Snapshots: none is ever taken here, so nobody can ask for one.
            throw new IllegalStateException("a member that takes no snapshots was asked for " + effect);
        }
    }

    private GroupId joined() {
        GroupId group = parts.log().group();
        if (group == null) {
            throw new IllegalStateException("a member that is in no group has nobody to talk to");
        }
        return group;
    }

    private void apply(List<Entry> entries) {
        List<Pending.@Nullable Waiting> waiting = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            waiting.add(pending.applied(entry));
        }
        ActorRef<Applier.Command> machine = applier;
        if (machine == null) {
            throw new IllegalStateException("entries were committed before this member was in a group");
        }
        machine.tell(new Applier.Command.Apply(entries, waiting));
    }

    private void accepted(Effect.Accepted accepted) {
        Pending.Waiting waiting = pending.decided(accepted.correlation());
        if (waiting != null && accepted.lastIndex() > 0) {
            pending.logged(accepted.lastIndex(), accepted.term(), waiting);
        }
    }

    private void refused(Effect.Refused refused) {
        Pending.Waiting waiting = pending.decided(refused.correlation());
        if (waiting == null) {
            return;
        }
        if (waiting.responder() == Responder.NOBODY) {
            due.again();
            return;
        }
        MemberId known = refused.leader();
        String hint = known == null ? "" : known.name();
        List<String> voters = PeerReport.voters(core.status());
        waiting.refuse(
                why(refused.why()),
                hint,
                voters.size(),
                outbox.reached(voters),
                refused.why().name());
    }

    private static Why why(Refusal refusal) {
        return switch (refusal) {
            case NOT_LEADER, NOT_READY, TRANSFERRING -> Why.NOT_LEADER;
            case OVERLOADED -> Why.OVERLOADED;
            default -> Why.INVALID;
        };
    }

    private void roleChanged(Effect.RoleChanged changed) {
        if (role == Role.LEADER && changed.role() != Role.LEADER) {
            pending.leadershipLost();
        }
        if (role != changed.role()) {
            due.again();
        }
        role = changed.role();
        MemberId known = changed.leader();
        leader = known == null ? "" : known.name();
    }

    private void publish() {
        RaftStatus status = core.status();
        int reached = outbox.reached(PeerReport.voters(status));
        parts.publish().accept(PeerReport.of(parts.group(), status, parts.log().group() == null, reached));
    }
}
