package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Input;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.Message;
import io.capstan.raft.core.RaftCore;
import io.capstan.raft.core.RaftStatus;
import io.capstan.raft.core.Role;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.log.LogDamaged;
import io.capstan.raft.internal.snapshot.Snapshotting;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.RaftFrame;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One member of one group. Takes whatever waits, makes one step of the core with it, and begins the effects in order.
 *
 * <p>All that the core knows changes here and nowhere else (hashicorp#695: a term changed on the side).
 */
final class PeerActor extends AbstractBehavior<Inbox.Wake> {
    private static final SecureRandom CHANCE = new SecureRandom();

    private final PeerParts parts;
    private final Inbox inbox;
    private final RaftCore core;
    private final MemberId self;
    private final PeerDisk disk;
    private final Snapshotting snapshots;
    private final Outbox outbox;
    private final Applying machine;
    private final Versions versions = new Versions();
    private final Desk desk;
    private final Steward steward;
    private final Publication publication;
    private final Backups backups;
    private final long ticksPerCheck;
    private final TimerScheduler<Inbox.Wake> timers;
    private long ticks;
    private boolean finished;

    /** The member whose log {@code parts} has; it takes its events from {@code inbox}. */
    static Behavior<?> create(PeerParts parts, Inbox inbox) {
        return Behaviors.<Inbox.Wake>setup(
                context -> Behaviors.withTimers(timers -> new PeerActor(context, timers, parts, inbox)));
    }

    private PeerActor(
            ActorContext<Inbox.Wake> context, TimerScheduler<Inbox.Wake> timers, PeerParts parts, Inbox inbox) {
        super(context);
        this.parts = parts;
        this.inbox = inbox;
        this.timers = timers;
        self = new MemberId(parts.mesh().self().name(), parts.log().incarnation());
        core = new RaftCore(parts.settings().core(), self, parts.log(), CHANCE.nextLong(), now());
        disk = new PeerDisk(parts.log(), inbox);
        snapshots = parts.snapshots();
        outbox = new Outbox(parts.mesh(), parts.settings().peer().outboxBytesMax());
        machine = new Applying(context, parts, snapshots, inbox);
        desk = new Desk(parts.group(), parts.settings().tick(), core, disk, outbox, machine, versions);
        steward = new Steward(
                parts.settings().membership().votersTarget(),
                parts.settings()
                        .membership()
                        .replaceAfter()
                        .dividedBy(parts.settings().tick()));
        ticksPerCheck = Math.max(
                1,
                parts.settings().membership().check().dividedBy(parts.settings().tick()));
        machine.start();
        publication = new Publication(parts, core, outbox, versions);
        backups = new Backups(parts);
        publication.publish();
        inbox.attach(() -> context.getSelf().tell(Inbox.Wake.NOW));
        keepTime();
    }

    @Override
    public Receive<Inbox.Wake> createReceive() {
        return newReceiveBuilder()
                .onMessage(Inbox.Wake.class, this::onWake)
                .onSignal(Terminated.class, ended -> onMachineEnded())
                .onSignal(PostStop.class, stopped -> onStop())
                .build();
    }

    private Behavior<Inbox.Wake> onMachineEnded() {
        // Why is in the inbox, or in the log of the actor that threw.
        inbox.add(new PeerEvent.MachineLost("its state machine's actor has ended"));
        return this;
    }

    private Behavior<Inbox.Wake> onStop() {
        desk.end();
        inbox.end();
        snapshots.close();
        try {
            sayFarewell();
        } finally {
            parts.ended().run(); // Last: whoever waits for it may close the links.
        }
        return this;
    }

    private Behavior<Inbox.Wake> onWake(Inbox.Wake wake) {
        long begun = System.nanoTime();
        if (wake == Inbox.Wake.TICK) {
            inbox.add(new PeerEvent.Tick());
            return this;
        }
        List<PeerEvent> batch = inbox.drain(parts.settings().peer().batchMax());
        List<Input> inputs = new ArrayList<>(batch.size());
        try {
            batch.forEach(event -> translate(event, inputs));
            if (finished) {
                return Behaviors.stopped();
            }
            desk.expire(now(), inputs);
            core.step(now(), inputs).forEach(this::perform);
            desk.handOver();
        } catch (LogDamaged found) {
            // What else was acknowledged and is gone nobody knows: from here on it is silent.
            finish("its log is damaged, " + found.getMessage() + "; see capstan raft offline verify");
            return Behaviors.stopped();
        }
        inbox.worked();
        keepTime();
        publication.publish();
        backups.proceed(core.status().term());
        inbox.turned(batch.size(), System.nanoTime() - begun, desk.isReading());
        return this;
    }

    /** Nobody is woken for a group that rests, nor for a member that is in none: time means nothing to it. */
    private void keepTime() {
        boolean lives = parts.log().group() != null && !core.isResting();
        boolean wanted = lives || !disk.isIdle();
        boolean ticking = timers.isTimerActive(Inbox.Wake.TICK);
        if (wanted && !ticking) {
            timers.startTimerWithFixedDelay(Inbox.Wake.TICK, parts.settings().tick());
        } else if (!wanted && ticking) {
            timers.cancel(Inbox.Wake.TICK);
        }
        inbox.ticks(wanted);
    }

    /** The connections stay when only this member ends, so they tell nobody. */
    private void sayFarewell() {
        RaftStatus status = core.status();
        if (parts.log().group() != null) {
            for (Member member : status.configuration().members()) {
                if (!member.id().equals(self)) {
                    outbox.sendLast(
                            member.id().name(),
                            frame(new Effect.Send(member.id(), new Message.Farewell(status.term()))),
                            parts.lastWords());
                }
            }
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    // What happened, in the core's words.

    private void translate(PeerEvent event, List<Input> inputs) {
        if (event instanceof PeerEvent.Tick) {
            disk.proceed();
            inputs.add(new Input.Tick());
            if (++ticks % ticksPerCheck == 0) {
                desk.look(steward, parts.settings().peer().rests() && disk.isIdle(), inputs);
            }
        } else if (event instanceof PeerEvent.Room) {
            disk.proceed();
        } else if (event instanceof PeerEvent.Frame frame) {
            received(frame, inputs);
        } else if (event instanceof PeerEvent.Asked asked) {
            asked(new Pending.Waiting(asked.request(), asked.responder()), inputs);
        } else if (event instanceof PeerEvent.Durable durable) {
            durable(durable.persist(), inputs);
        } else if (event instanceof PeerEvent.VoteDurable vote) {
            parts.log().durable(vote.state());
            inputs.add(new Input.VotePersisted(vote.ticket()));
        } else if (event instanceof PeerEvent.Applied applied) {
            inputs.add(new Input.Applied(applied.index()));
            desk.applied(applied);
            publication.exceptions(applied.exceptions());
        } else if (event instanceof PeerEvent.Backup backup) {
            backups.add(backup);
        } else if (event instanceof PeerEvent.MachineMade made) {
            versions.made(made);
        } else if (event instanceof PeerEvent.Errand errand) {
            desk.errand(errand.command(), inputs);
        } else if (event instanceof PeerEvent.Answered answered) {
            desk.answered(answered);
        } else if (event instanceof PeerEvent.Links links) {
            linksChanged(links.event(), inputs);
        } else if (event instanceof PeerEvent.SnapshotWritten written) {
            publication.tookSnapshot();
            inputs.add(new Input.SnapshotTaken(written.index()));
        } else if (event instanceof PeerEvent.SnapshotMoved moved) {
            inputs.add(moved.input());
        } else if (event instanceof PeerEvent.Compacted compacted) {
            snapshots.prune(compacted.index());
        } else if (event instanceof PeerEvent.StoreEnded ended) {
            // Fail-stop: a member that cannot write promises nothing and answers nobody; the others elect another.
            finish(String.valueOf(ended.failure().getMessage()));
        } else if (event instanceof PeerEvent.MachineLost lost) {
            finish(lost.why());
        } else if (event instanceof PeerEvent.Stop) {
            finished = true;
        }
    }

    private void finish(String why) {
        if (!finished) {
            getContext()
                    .getLog()
                    .atError()
                    .addKeyValue("group", parts.group())
                    .addKeyValue("node", parts.mesh().self())
                    .addKeyValue("reason", why)
                    .log("member of {} stops: {}", parts.group(), why);
        }
        finished = true;
    }

    private void durable(Effect.Persist persist, List<Input> inputs) {
        parts.log().durable(persist);
        SnapshotMeta installed = persist.snapshot();
        if (installed != null) {
            publication.receivedSnapshot();
            snapshots.prune(installed.index());
        }
        inputs.add(new Input.Persisted(persist.ticket()));
    }

    private void linksChanged(MeshEvent event, List<Input> inputs) {
        if (event instanceof MeshEvent.Hidden || event instanceof MeshEvent.Visible) {
            machine.tell(new Applier.Command.Links(event));
        }
        String lost = outbox.onLinks(event);
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
        if (frame.message() instanceof Message.ReadAsk) {
            desk.wasAsked(); // By a follower's client, as good as by one of its own.
        }
        MemberId from = new MemberId(event.from(), frame.from());
        versions.heard(from, frame.machine());
        inputs.add(new Input.Received(from, self, frame.message()));
    }

    private void asked(Pending.Waiting waiting, List<Input> inputs) {
        ClientFrame.Request request = waiting.request();
        if (request instanceof ClientFrame.Write write) {
            desk.write(write, waiting, parts.log().group(), inputs);
        } else if (request instanceof ClientFrame.Read read) {
            desk.read(read, waiting, inputs);
        } else if (request instanceof ClientFrame.Probe probe) {
            waiting.responder()
                    .reply(new ClientFrame.Member(
                            probe.correlation(),
                            self.incarnation(),
                            parts.log().group(),
                            PeerReport.voters(core.status()),
                            parts.log().formerEpoch()));
        } else if (request instanceof ClientFrame.Bootstrap bootstrap) {
            bootstrap(bootstrap, waiting, inputs);
        } else if (request instanceof ClientFrame.Describe) {
            desk.describe(waiting, parts.log().group());
        } else if (request instanceof ClientFrame.Change change) {
            desk.change(change, waiting, inputs);
        } else if (request instanceof ClientFrame.Transfer transfer) {
            desk.transfer(transfer, waiting, inputs);
        } else if (request instanceof ClientFrame.TakeSnapshot && !machine.tell(new Applier.Command.Take(waiting))) {
            waiting.refuse(Why.INVALID, "", 0, 0, "this member is in no group yet");
        }
    }

    private void bootstrap(ClientFrame.Bootstrap request, Pending.Waiting waiting, List<Input> inputs) {
        if (parts.log().group() != null) {
            waiting.refuse(Why.INVALID, "", 0, 0, "the group is made already");
        } else if (!request.voters().contains(self)) {
            waiting.refuse(Why.INVALID, "", 0, 0, "the node that makes a group is one of its voters");
        } else {
            long above = Math.max(request.above(), parts.log().formerEpoch());
            if (join(GroupId.next(above, System.currentTimeMillis(), CHANCE.nextLong()))) {
                inputs.add(new Input.Bootstrap(desk.begin(waiting), request.voters()));
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
        machine.start();
        if (group.epoch() < parts.log().formerEpoch()) {
            getContext()
                    .getLog()
                    .warn(
                            "joined group {} of epoch {}, though this directory has seen epoch {}: what was guarded by its"
                                    + " fencing tokens then refuses whoever comes with tokens of now",
                            parts.group(),
                            group.epoch(),
                            parts.log().formerEpoch());
        }
        return true;
    }

    // What the core asks for, in its order.

    private void perform(Effect effect) {
        if (effect instanceof Effect.Send send) {
            send(send);
        } else if (effect instanceof Effect.Persist || effect instanceof Effect.Compact) {
            disk.write(effect);
        } else if (effect instanceof Effect.Apply apply) {
            desk.apply(apply.entries());
        } else if (effect instanceof Effect.Accepted accepted) {
            desk.accepted(accepted);
        } else if (effect instanceof Effect.Refused refused) {
            desk.refused(refused);
        } else if (effect instanceof Effect.ReadReady ready) {
            desk.readReady(ready);
        } else if (effect instanceof Effect.RoleChanged changed) {
            if (changed.role() == Role.CANDIDATE) {
                publication.stoodForElection();
            }
            desk.roleChanged(changed);
        } else if (effect instanceof Effect.Restore restore) {
            desk.restore(restore);
        } else if (effect instanceof Effect.ReadSnapshot read) {
            snapshots.read(read, input -> inbox.add(new PeerEvent.SnapshotMoved(input)));
        } else if (effect instanceof Effect.StoreChunk chunk) {
            snapshots.store(chunk, input -> inbox.add(new PeerEvent.SnapshotMoved(input)));
        } else if (!(effect instanceof Effect.ConfigurationChanged)) {
            throw new IllegalStateException("nobody performs " + effect);
        }
    }

    private void send(Effect.Send send) {
        outbox.send(send.to().name(), frame(send));
    }

    private RaftFrame frame(Effect.Send send) {
        GroupId group = parts.log().group();
        if (group == null) {
            throw new IllegalStateException("a member that is in no group has nobody to talk to");
        }
        return new RaftFrame(
                parts.group(), group, self.incarnation(), send.to().incarnation(), versions.newest(), send.message());
    }
}
