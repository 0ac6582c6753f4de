package io.capstan.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.capstan.raft.internal.PekkoCodec;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.peer.Hosts;
import io.capstan.raft.internal.wire.ClientFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that fails by a bug leaves nobody waiting. */
@Timeout(60)
class FailedMemberTest {
    private static final String GROUP = "orders";

    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "failed-member",
            ConfigFactory.load(ConfigFactory.parseString("pekko.actor.provider = local")));
    private final MemoryNetwork network = new MemoryNetwork();
    private final Hosts hosts = new Hosts(
            system,
            network.start("a"),
            new MemoryStore(),
            RaftSettings.fromConfig(system.settings().config()));
    private long correlations;

    @AfterEach
    void stop() {
        system.terminate();
        network.close();
    }

    private ClientFrame.Request question() {
        return new ClientFrame.Probe(++correlations, GROUP);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whateverItHasInHandIsAnswered() throws Exception {
        hosts.start(GROUP, DemoLock::new, new PekkoCodec(system));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hosts.ask(question(), reply -> {
            busy.countDown();
            await(goOn);
        });
        await(busy);
        hosts.ask(question(), reply -> {
            throw new IllegalStateException("as asked");
        });
        BlockingQueue<ClientFrame.Reply> replies = new LinkedBlockingQueue<>();
        for (int i = 0; i < 5; i++) {
            hosts.ask(question(), replies::add);
        }
        goOn.countDown();

        List<ClientFrame.Why> why = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ClientFrame.Reply reply = replies.poll(20, TimeUnit.SECONDS);
            assertThat(reply).isInstanceOf(ClientFrame.Refused.class);
            why.add(((ClientFrame.Refused) reply).why());
        }
        assertThat(why).containsOnly(ClientFrame.Why.UNKNOWN);
    }
}
