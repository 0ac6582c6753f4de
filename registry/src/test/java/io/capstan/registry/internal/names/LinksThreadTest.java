package io.capstan.registry.internal.names;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.core.TableWire;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.Caller;
import io.capstan.registry.core.ClaimId;
import io.capstan.registry.core.ClaimMessage;
import io.capstan.registry.core.ClaimWire;
import io.capstan.registry.core.NameRequest;
import io.capstan.registry.core.NameRow;
import io.capstan.registry.core.RowCodecs;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.RegistrySettings;
import io.capstan.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the links' one thread, which is this test's, does itself of what it brings to the names: what takes but a moment. */
@Timeout(120)
class LinksThreadTest {
    private static final NodeId SELF = new NodeId("a", 1);
    private static final NodeId PEER = new NodeId("b", 1);
    private static final int ROUNDS = 20;

    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "links-thread",
            ConfigFactory.load(ConfigFactory.parseString("pekko.actor.provider = local")));
    private final RegistrySettings settings =
            RegistrySettings.fromConfig(system.settings().config());
    private final LoneMesh mesh = new LoneMesh(SELF, PEER);
    private final Mail mail = new Mail();
    private final NamesBook book = new NamesBook(new Refs(system));
    private final TableWire<String, NameRow> rows = RowCodecs.names();
    private final ClaimWire claims = new ClaimWire();

    /** The peer's rows, in frames of few bytes. */
    private final Table<String, NameRow> peer = new Table<>(new Slot(3, 4, PEER), shortFrames(), rows);

    /** By whose turn a listener was told. */
    private final BlockingQueue<Thread> told = new LinkedBlockingQueue<>();

    private final String process = new Refs(system).write(system.deadLetters());
    private final ActorRef<Object> listener = system.systemActorOf(Behaviors.ignore(), "listener", Props.empty());
    private long numbers;

    private static TableSettings shortFrames() {
        return new TableSettings(
                TableSettings.Departed.HIDE,
                700,
                2,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                100);
    }

    @BeforeEach
    void start() {
        system.systemActorOf(
                NamesActor.create(new NamesService.Parts(
                        mesh,
                        new Homes(mesh, name -> Optional.empty()),
                        new Slot(1, 2, SELF),
                        settings,
                        book,
                        new Resolvers(),
                        mail,
                        system.executionContext())),
                "names",
                DispatcherSelector.fromConfig("capstan.registry.names-dispatcher"));
        await("it serves", () -> mesh.serves(NamesActor.TABLE) && mesh.serves(ClaimPost.CHANNEL));
        mesh.link();
        peer.linked(SELF);
        peer.put("first", row());
        await("the peer's names are here", () -> {
            exchange();
            return book.shown("first") != null;
        });
    }

    @AfterEach
    void stop() {
        system.terminate();
    }

    private static void await(String what, Await.Condition condition) {
        Await.until(what, Duration.ofSeconds(20), condition);
    }

    private NameRow row() {
        ClaimId id = new ClaimId(++numbers, 77);
        return new NameRow(id, 0, id, NameRow.State.OWNED, NameRow.Loss.KILL_ONE, process, Metadata.NONE);
    }

    /** Brings what the peer has to say, and gives it what it is told. */
    private void exchange() {
        for (LoneMesh.Sent each = mesh.sent(NamesActor.TABLE).poll();
                each != null;
                each = mesh.sent(NamesActor.TABLE).poll()) {
            peer.frame(SELF, rows.decode(each.payload()));
        }
        for (Effect<String, NameRow> effect : peer.drain()) {
            if (effect instanceof Effect.Send<String, NameRow> send) {
                mesh.bring(NamesActor.TABLE, rows.encode(send.frame()));
            }
        }
    }

    private void monitor(String name) {
        List<Outcome> begun = new ArrayList<>();
        NamesMessage.Events events = new NamesMessage.Events() {
            @Override
            public Object event(NamesBook.@Nullable Entry owner) {
                if (owner != null) {
                    told.add(Thread.currentThread());
                }
                return "told";
            }
        };
        mail.add(new NamesMessage.Monitor(name, listener, events, outcome -> {
            synchronized (begun) {
                begun.add(outcome);
            }
        }));
        await("it listens", () -> {
            synchronized (begun) {
                return !begun.isEmpty();
            }
        });
    }

    /** Who shows the last of so many names that come at once. */
    private Thread whoShows(int names) throws InterruptedException {
        String last = "name-" + numbers + "-last";
        monitor(last);
        for (int i = 1; i < names; i++) {
            peer.put("name-" + numbers + "-" + i, row());
        }
        peer.put(last, row());
        await("the last is shown", () -> {
            exchange();
            return book.shown(last) != null;
        });
        Thread thread = told.poll(20, TimeUnit.SECONDS);
        assertThat(thread).isNotNull();
        return thread;
    }

    @Test
    void oneRowAloneIsTakenByTheThreadThatBringsIt() {
        await("this thread shows it", () -> whoShows(1).equals(Thread.currentThread()));
    }

    @Test
    void theLastFewRowsOfManyAreNot() throws InterruptedException {
        Set<Thread> threads = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            await("turns are short again", () -> whoShows(1).equals(Thread.currentThread()));
            threads.add(whoShows(300));
        }

        assertThat(threads).doesNotContain(Thread.currentThread());
    }

    /** A frame of so many requests of the peer's, and who answers. */
    private Set<Thread> whoAnswers(int requests) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            frames.add(claims.encode(new ClaimMessage.Forward(
                    new NameRequest.Unregister(new Caller(PEER, ++numbers), "n", 1_000), 1_000)));
        }
        byte[] frame = claims.join(frames);
        assertThat(frame.length).as("few bytes").isLessThan(1_000);
        mesh.bring(ClaimPost.CHANNEL, frame);
        Set<Thread> threads = new HashSet<>();
        await("it is answered", () -> {
            LoneMesh.Sent sent = mesh.sent(ClaimPost.CHANNEL).poll();
            if (sent != null) {
                threads.add(sent.by());
            }
            return sent != null;
        });
        return threads;
    }

    @Test
    void soIsAFrameOfAFewClaimsButNotOneOfMany() {
        Set<Thread> threads = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            await("this thread answers one", () -> whoAnswers(1).contains(Thread.currentThread()));
            threads.addAll(whoAnswers(20));
        }

        assertThat(threads).doesNotContain(Thread.currentThread());
    }
}
