package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.internal.link.TestMeshes.Member;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostileCallerTest {
    private final TestMeshes meshes = new TestMeshes();

    @AfterEach
    void closeAll() {
        meshes.close();
    }

    @Test
    void aFrameLongerThanAllowedEndsTheConnectionBeforeItIsRead() throws IOException {
        Member a = meshes.start("a");
        try (Socket caller = call(a)) {
            caller.getOutputStream()
                    .write(ByteBuffer.allocate(5).putInt(Integer.MAX_VALUE).array());
            assertThat(caller.getInputStream().readAllBytes()).hasSizeLessThan(1_200);
        }
        assertStillServes(a);
    }

    @Test
    void bytesAtRandomEndTheirConnectionAndNothingElse() throws IOException {
        Member a = meshes.start("a");
        var random = new SplittableRandom(20_261_122);
        for (int round = 0; round < 200; round++) {
            byte[] body = new byte[1 + random.nextInt(60)];
            random.nextBytes(body);
            if (random.nextBoolean()) {
                // Down to the codec: channel 0 and a type that exists.
                body[0] = 0;
                body[body.length > 1 ? 1 : 0] = (byte) random.nextInt(12);
            }
            try (Socket caller = call(a)) {
                caller.getOutputStream()
                        .write(ByteBuffer.allocate(4 + body.length)
                                .putInt(body.length)
                                .put(body)
                                .array());
            }
        }
        assertStillServes(a);
    }

    @Test
    void callersWhoSayNothingAreTurnedAwayBeyondALimit() throws IOException {
        Member a = meshes.start("a");
        Socket[] silent = new Socket[20];
        for (int i = 0; i < silent.length; i++) {
            silent[i] = call(a);
        }
        assertThat(silent[silent.length - 1].getInputStream().read()).isEqualTo(-1);
        for (Socket socket : silent) {
            socket.close();
        }
        assertStillServes(a);
    }

    private void assertStillServes(Member a) {
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
    }

    private static Socket call(Member member) throws IOException {
        Socket socket = new Socket(
                java.net.InetAddress.getLoopbackAddress(),
                member.mesh().address().port());
        socket.setSoTimeout(10_000);
        return socket;
    }
}
