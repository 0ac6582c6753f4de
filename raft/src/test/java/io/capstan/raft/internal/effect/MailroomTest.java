package io.capstan.raft.internal.effect;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.raft.Bytes;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.EffectKey;
import io.capstan.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MailroomTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "mailroom");
    private static final NodeId LEADER = new NodeId("leader", 1);
    private static final EffectKey OLD = new EffectKey(1, 1, 0);
    private static final EffectKey NEW = new EffectKey(1, 2, 0);

    private final List<EffectFrame> answers = new CopyOnWriteArrayList<>();

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private ActorRef<Mailroom.Parcel> mailroom(String name, Duration kept) {
        return SYSTEM.systemActorOf(
                Mailroom.create(Bytes.CODEC, 1, kept, (to, frame) -> answers.add(frame)), name, Props.empty());
    }

    private static Mailroom.Parcel watch(EffectKey id, String name) {
        ActorRef<String> process = SYSTEM.systemActorOf(Behaviors.<String>ignore(), name, Props.empty());
        String reference = ActorRefResolver.get(SYSTEM).toSerializationFormat(process);
        return new Mailroom.Parcel(LEADER, new EffectFrame.Watch("g", id, reference), () -> {});
    }

    @Test
    void aWatchThatNoLeaderHasAskedForAgainMakesRoomForAnother() {
        ActorRef<Mailroom.Parcel> mailroom = mailroom("forgetful", Duration.ZERO);
        mailroom.tell(watch(OLD, "p1"));
        mailroom.tell(watch(NEW, "p2"));
        Await.until("both are watched", () -> answers.size() == 2);
        assertThat(answers).containsExactly(new EffectFrame.Watching("g", OLD), new EffectFrame.Watching("g", NEW));
    }

    @Test
    void aWatchThatIsAskedForNowAndThenIsKeptAndAnotherWaits() {
        ActorRef<Mailroom.Parcel> mailroom = mailroom("faithful", Duration.ofDays(1));
        Mailroom.Parcel kept = watch(OLD, "p3");
        mailroom.tell(kept);
        mailroom.tell(watch(NEW, "p4"));
        mailroom.tell(kept);
        Await.until("it is answered twice", () -> answers.size() == 2);
        assertThat(answers).containsOnly(new EffectFrame.Watching("g", OLD));
    }
}
