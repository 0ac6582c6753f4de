package io.capstan.actors.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GreetingTest {
    private static final byte[] SECRET = "secret".getBytes(StandardCharsets.UTF_8);

    private final List<String> trusted = new ArrayList<>();

    private final Greeting.Admission everybody = new Greeting.Admission() {
        @Override
        public int moment() {
            return 0;
        }

        @Override
        public Control.@Nullable Refuse judge(Control.Hello peer, Greeting.Role ours, int heard) {
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

    /** Computed by other means: HMAC-SHA256 of "A", the acceptor's hello and the dialer's; of "D", and the other way. */
    @Test
    void proofsAreWhatTheyEverWere() {
        Greeting dialer = greeting(Greeting.Role.DIALER, "d", SECRET, 1);
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        List<Control> answer =
                sent(acceptor.received(ControlCodec.encode(sent(dialer.opened()).get(0))));
        assertThat(answer.get(1))
                .isInstanceOfSatisfying(
                        Control.Proof.class,
                        proof -> assertThat(proof.mac())
                                .asHexString()
                                .isEqualToIgnoringCase(
                                        "4718caf964562aeff11f73e6f6fdedd2889155a246b94cae30a1ade75043b091"));
        dialer.received(ControlCodec.encode(answer.get(0)));
        assertThat(sent(dialer.received(ControlCodec.encode(answer.get(1)))))
                .first()
                .isInstanceOfSatisfying(
                        Control.Proof.class,
                        proof -> assertThat(proof.mac())
                                .asHexString()
                                .isEqualToIgnoringCase(
                                        "a6e91e35309e80eeb709776b63de2828b42ddbfd3838af0403f7633375f0cde7"));
    }

    @Test
    void nobodyIsTrustedBeforeItsProof() {
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        acceptor.received(ControlCodec.encode(hello("d", 1, 1, 1)));
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
        List<Control> answer = sent(acceptor.received(ControlCodec.encode(hello("d", 1, 1, 1))));
        assertRefused(acceptor.received(ControlCodec.encode(answer.get(1))), RefuseCode.WRONG_SECRET);
    }

    @Test
    void aNodeThatSpeaksOnlyNewerVersionsIsRefusedInOneLine() {
        Greeting acceptor = greeting(Greeting.Role.ACCEPTOR, "a", SECRET, 2);
        Control.Refuse refusal =
                assertRefused(acceptor.received(ControlCodec.encode(hello("d", 2, 3, 1))), RefuseCode.VERSION);
        assertThat(refusal.text()).contains("node d speaks versions 2 to 3").doesNotContain("\n");
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
        assertRefused(acceptor.received(ControlCodec.encode(hello("d", 1, 1, 1))), RefuseCode.PROTOCOL);
    }

    private Greeting greeting(Greeting.Role role, String name, byte[] secret, long nonce) {
        return new Greeting(role, hello(name, 1, 1, nonce), secret, everybody);
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
