package io.capstan.actors.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GreetingTest {
    private static final byte[] SECRET = "secret".getBytes(StandardCharsets.UTF_8);
    private static final LinkAddress PLACE = new LinkAddress("h", 1);

    private final List<String> trusted = new ArrayList<>();

    private final Greeting.Admission everybody = new Greeting.Admission() {
        @Override
        public int moment() {
            return 0;
        }

        @Override
        public Control.@Nullable Refuse judge(Control.Hello peer, @Nullable LinkAddress called, int heard) {
            return null;
        }

        @Override
        public void trust(Control.Hello peer) {
            trusted.add(peer.id().name());
        }
    };

    @Test
    void twoNodesOfOneSecretTrustEachOther() {
        Greeting dialer = greeting(Greeting.Role.DIALER, "d", SECRET, 1);
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        List<Control> hello = sent(dialer.opened());
        List<Control> helloAndProof = sent(acceptor.received(ControlCodec.encode(hello.get(0))));
        assertThat(dialer.received(ControlCodec.encode(helloAndProof.get(0)))).isEmpty();
        List<Control> proof = sent(dialer.received(ControlCodec.encode(helloAndProof.get(1))));
        List<Greeting.Step> last = acceptor.received(ControlCodec.encode(proof.get(0)));
        assertThat(last.get(1)).isInstanceOf(Greeting.Step.Stand.class);
        assertThat(dialer.received(ControlCodec.encode(sent(last).get(0))).get(0))
                .isInstanceOf(Greeting.Step.Stand.class);
        assertThat(trusted).containsExactly("a", "d");
    }

    /**
     * Computed by other means: HMAC-SHA256 of "A", 0, the acceptor's hello and the dialer's; of "D", 0, and the other way.
     */
    @Test
    void proofsInTheClearAreWhatTheyEverWere() {
        assertProofs(
                greeting(Greeting.Role.DIALER, "d", SECRET, 1),
                greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2),
                "f698015ae5a0e7348f6046d486cdfe346a9f68777a21e601af0b105a213e823c",
                "39b417c614b46a0f0922de305d885a5a7b064019738a671d6dda47210f27056e");
    }

    /** The same with 1, the hash of the dialer's certificate and of the acceptor's in the place of 0. */
    @Test
    void proofsWithTlsAreOfBothCertificatesToo() {
        Greeting dialer = greeting(Greeting.Role.DIALER, "d", SECRET, 1);
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        dialer.sealed(hash(13), hash(10), null);
        acceptor.sealed(hash(10), hash(13), null);
        assertProofs(
                dialer,
                acceptor,
                "f31f4bd867b21557f42a8ddbb541686c659c60fc5da1da4d578bdf28ed593c0f",
                "6d991de40fc662f2e837eb86a7cd9db00ca616de976afe78b23be7805c630b74");
    }

    private static void assertProofs(Greeting dialer, Greeting acceptor, String acceptors, String dialers) {
        List<Control> answer =
                sent(acceptor.received(ControlCodec.encode(sent(dialer.opened()).get(0))));
        assertProof(answer.get(1), acceptors);
        dialer.received(ControlCodec.encode(answer.get(0)));
        assertProof(sent(dialer.received(ControlCodec.encode(answer.get(1)))).get(0), dialers);
    }

    private static void assertProof(Control frame, String hex) {
        assertThat(frame)
                .isInstanceOfSatisfying(
                        Control.Proof.class,
                        proof -> assertThat(proof.mac()).asHexString().isEqualToIgnoringCase(hex));
    }

    private static byte[] hash(int of) {
        byte[] hash = new byte[32];
        Arrays.fill(hash, (byte) of);
        return hash;
    }

    /** Somebody with a certificate, but without the secret, shows it to both and passes on what they say. */
    @Test
    void aProofThatComesThroughAnothersTlsIsRefused() {
        Greeting dialer = greeting(Greeting.Role.DIALER, "d", SECRET, 1);
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        dialer.sealed(hash(13), hash(99), null);
        acceptor.sealed(hash(10), hash(99), null);
        List<Control> answer =
                sent(acceptor.received(ControlCodec.encode(sent(dialer.opened()).get(0))));
        dialer.received(ControlCodec.encode(answer.get(0)));
        Control.Refuse refusal =
                assertRefused(dialer.received(ControlCodec.encode(answer.get(1))), RefuseCode.WRONG_SECRET);
        assertThat(refusal.text()).contains("somebody between the two").doesNotContain("\n");
        assertThat(trusted).isEmpty();
    }

    @Test
    void aNodeThatShowsAnothersCertificateOrOneOfNoNodeIsRefused() {
        for (String shown : List.of("b", "")) {
            Greeting dialer = greeting(Greeting.Role.DIALER, "d", SECRET, 1);
            Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
            acceptor.sealed(hash(10), hash(13), shown);
            List<Greeting.Step> answer =
                    acceptor.received(ControlCodec.encode(sent(dialer.opened()).get(0)));
            assertThat(assertRefused(answer, RefuseCode.WRONG_CERTIFICATE).text())
                    .contains("node d", shown.isEmpty() ? "no node" : "node b", "verify-name");
        }
    }

    @Test
    void aNodeThatShowsItsOwnCertificateIsGreeted() {
        Greeting dialer = greeting(Greeting.Role.DIALER, "d", SECRET, 1);
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        acceptor.sealed(hash(10), hash(13), "d");
        assertThat(sent(acceptor.received(
                        ControlCodec.encode(sent(dialer.opened()).get(0)))))
                .hasSize(2);
    }

    @Test
    void aNodeWithTlsBelievesNoProofInTheClear() {
        Greeting dialer = greeting(Greeting.Role.DIALER, "d", SECRET, 1);
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        dialer.sealed(hash(13), hash(10), null);
        List<Control> answer =
                sent(acceptor.received(ControlCodec.encode(sent(dialer.opened()).get(0))));
        dialer.received(ControlCodec.encode(answer.get(0)));
        assertRefused(dialer.received(ControlCodec.encode(answer.get(1))), RefuseCode.WRONG_SECRET);
    }

    @Test
    void nobodyIsTrustedBeforeItsProof() {
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        acceptor.received(ControlCodec.encode(hello("d", 2, 2, 1)));
        assertThat(trusted).isEmpty();
    }

    @Test
    void aProofWithAnotherSecretIsRefused() {
        Greeting dialer = greeting(Greeting.Role.DIALER, "d", "wrong".getBytes(StandardCharsets.UTF_8), 1);
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        List<Control> answer =
                sent(acceptor.received(ControlCodec.encode(sent(dialer.opened()).get(0))));
        dialer.received(ControlCodec.encode(answer.get(0)));
        assertRefused(dialer.received(ControlCodec.encode(answer.get(1))), RefuseCode.WRONG_SECRET);
        assertThat(trusted).isEmpty();
    }

    @Test
    void aReflectedProofIsRefused() {
        // Whoever does not know the secret can still send our own hello and proof back to us.
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        List<Control> answer = sent(acceptor.received(ControlCodec.encode(hello("d", 2, 2, 1))));
        assertRefused(acceptor.received(ControlCodec.encode(answer.get(1))), RefuseCode.WRONG_SECRET);
    }

    @Test
    void aNodeThatSpeaksOnlyNewerVersionsIsRefusedInOneLine() {
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        Control.Refuse refusal =
                assertRefused(acceptor.received(ControlCodec.encode(hello("d", 3, 4, 1))), RefuseCode.VERSION);
        assertThat(refusal.text())
                .contains("node d speaks versions 3 to 4", "node a only 2")
                .doesNotContain("\n");
    }

    /** Before proofs were of the channel too. */
    @Test
    void aNodeOfVersion1IsRefusedInOneLine() {
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        Control.Refuse refusal =
                assertRefused(acceptor.received(ControlCodec.encode(hello("d", 1, 1, 1))), RefuseCode.VERSION);
        assertThat(refusal.text())
                .contains("node d speaks version 1 of", "node a only 2")
                .doesNotContain("\n");
    }

    @Test
    void aNodeThatSpeaksOursAmongNewerVersionsIsHeard() {
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        assertThat(sent(acceptor.received(ControlCodec.encode(hello("d", 1, 3, 1)))))
                .hasSize(2);
    }

    @Test
    void framesOutOfTurnEndTheGreeting() {
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        assertRefused(acceptor.received(ControlCodec.encode(new Control.Welcome())), RefuseCode.PROTOCOL);
        assertRefused(acceptor.received(ControlCodec.encode(hello("d", 2, 2, 1))), RefuseCode.PROTOCOL);
    }

    private Greeting greeting(Greeting.Role role, String name, byte[] secret, long nonce) {
        return new Greeting(role == Greeting.Role.DIALER ? PLACE : null, hello(name, 2, 2, nonce), secret, everybody);
    }

    private static Control.Hello hello(String name, int oldest, int newest, long nonce) {
        return new Control.Hello(
                oldest,
                newest,
                null,
                new NodeId(name, 1),
                new LinkAddress("h", 1),
                "pekko://x@h:1",
                false,
                LinkSettings.WINDOW_BYTES_MIN,
                new Control.Nonce(nonce, nonce));
    }

    private static List<Control> sent(List<Greeting.Step> steps) {
        return steps.stream()
                .filter(Greeting.Step.Send.class::isInstance)
                .map(step -> ((Greeting.Step.Send) step).frame())
                .toList();
    }

    private static Control.Refuse assertRefused(List<Greeting.Step> steps, RefuseCode code) {
        assertThat(steps).hasSize(1);
        assertThat(steps.get(0)).isInstanceOf(Greeting.Step.Refused.class);
        Control.Refuse refusal = ((Greeting.Step.Refused) steps.get(0)).refusal();
        assertThat(refusal.code()).isEqualTo(code);
        return refusal;
    }
}
