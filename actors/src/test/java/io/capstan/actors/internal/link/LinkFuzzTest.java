package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.CLUSTER;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.TestMeshes.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Whoever calls the port of the links, or answers there, says what he likes: {@code -Dfuzz.seconds}, for either;
 * {@code -Dfuzz.seed}.
 */
@DisplayName("A node's links, whatever is said to them,")
class LinkFuzzTest {
    private static final double SECONDS_DEFAULT = 1;

    private final TestMeshes meshes = new TestMeshes();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.capstan.actors.internal.link");
    private final Queue<String> bad = new ConcurrentLinkedQueue<>();
    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** No failure of this node's own, and no line that somebody else has written. */
    private final AppenderBase<ILoggingEvent> judge = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            String line = event.getFormattedMessage();
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)
                    || line.matches("(?s).*[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}].*")
                    || line.length() > 2_000) {
                bad.add(line);
            }
        }
    };

    @BeforeEach
    void listen() {
        judge.start();
        logger.addAppender(judge);
    }

    @AfterEach
    void closeAll() {
        logger.detachAppender(judge);
        meshes.close();
    }

    @Test
    void goOnServingThoseWhoKnowHowToSpeakWhenCalled() {
        Member a = meshes.start("a");
        long said = again(() -> {
            try (Socket caller = new Socket(
                    InetAddress.getLoopbackAddress(), a.mesh().address().port())) {
                converse(caller);
            }
        });
        System.out.printf("links, called: %,d conversations%n", said);
        served(a);
    }

    @Test
    void goOnServingThoseWhoKnowHowToSpeakWhenAnswered() throws IOException {
        try (ServerSocket stranger = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            stranger.setSoTimeout(15_000);
            Member a = meshes.start("a");
            a.mesh().open(List.of(new LinkAddress("127.0.0.1", stranger.getLocalPort())), List.of());
            long said = again(() -> {
                try (Socket called = stranger.accept()) {
                    converse(called);
                }
            });
            System.out.printf("links, answered: %,d conversations%n", said);
            served(a);
        }
    }

    private interface Try {
        void run() throws IOException;
    }

    private long again(Try each) {
        double seconds = Double.parseDouble(System.getProperty("fuzz.seconds", "" + SECONDS_DEFAULT));
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long rounds = 0;
        for (; System.nanoTime() < end; rounds++) {
            try {
                each.run();
            } catch (java.net.SocketException closedAtOnce) {
                // As good an answer as any.
            } catch (IOException failed) {
                throw new AssertionError("round " + rounds + " of -Dfuzz.seed=" + seed, failed);
            }
            assertThat(bad).as("round %d of -Dfuzz.seed=%d", rounds, seed).isEmpty();
        }
        return rounds;
    }

    private void served(Member a) {
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        await("nobody else is linked", () -> a.mesh().linked().equals(java.util.Set.of(b.id)));
        assertThat(bad).as("-Dfuzz.seed=%d", seed).isEmpty();
    }

    /** Some frames, most of them nearly sound, then whatever the other end still has to say. */
    private void converse(Socket with) throws IOException {
        with.setSoTimeout(15_000);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int some = 1 + random.nextInt(4); some > 0; some--) {
            all.writeBytes(framed(mutated(ControlCodec.encode(sound()))));
        }
        with.getOutputStream().write(all.toByteArray());
        with.shutdownOutput();
        with.getInputStream().readNBytes(100_000);
    }

    private Control sound() {
        return switch (random.nextInt(8)) {
            case 0 -> new Control.Proof(new byte[32]);
            case 1 -> new Control.Welcome();
            case 2 -> new Control.Refuse(RefuseCode.of(random.nextInt(16)), "no " + anyText());
            case 3 -> new Control.Heartbeat(true);
            default ->
                new Control.Hello(
                        random.nextInt(4),
                        random.nextInt(4),
                        random.nextBoolean() ? CLUSTER : new ClusterId(3, random.nextInt(3)),
                        new NodeId(random.nextBoolean() ? "n" + random.nextInt(3_000) : "a", 1 + random.nextInt(3)),
                        new LinkAddress("h" + anyText(), 1 + random.nextInt(65_535)),
                        "pekko://x@h" + anyText(),
                        random.nextBoolean(),
                        LinkSettings.WINDOW_BYTES_MIN,
                        new Control.Nonce(random.nextLong(), 2));
        };
    }

    private String anyText() {
        return List.of("", "\n", "\u001b[2J", "\u202e", "%s", "{}", "\0", "x".repeat(200), "\u2028")
                .get(random.nextInt(9));
    }

    private byte[] mutated(byte[] bytes) {
        byte[] result = bytes;
        for (int some = random.nextInt(3); some > 0 && result.length > 0; some--) {
            int at = random.nextInt(result.length);
            switch (random.nextInt(4)) {
                case 0 -> result[at] = (byte) random.nextInt();
                case 1 ->
                    Arrays.fill(result, at, Math.min(result.length, at + 4), (byte) (random.nextBoolean() ? -1 : 127));
                case 2 -> result = Arrays.copyOf(result, at);
                default -> result = Arrays.copyOf(result, result.length + random.nextInt(200));
            }
        }
        return result;
    }

    /** On the channel of the link's own frames, or another; now and then with a length that is not so. */
    private byte[] framed(byte[] body) {
        int length = random.nextInt(8) == 0 ? random.nextInt() : 1 + body.length;
        byte channel = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 0);
        return ByteBuffer.allocate(Connection.HEADER_BYTES + body.length)
                .putInt(length)
                .put(channel)
                .put(body)
                .array();
    }
}
