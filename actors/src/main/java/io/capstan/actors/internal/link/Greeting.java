package io.capstan.actors.internal.link;

import io.capstan.actors.internal.tls.TlsSettings;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How two nodes come to trust a connection: a function from frames to steps, the same at both ends.
 *
 * <pre>
 *   dialer                     acceptor
 *     Hello         --&gt;
 *                   &lt;--        Hello, Proof
 *     Proof         --&gt;                      (here the acceptor's link stands)
 *                   &lt;--        Welcome       (here the dialer's)
 * </pre>
 *
 * <p>A proof is an HMAC-SHA256 with the cluster's secret over the prover's role, the channel, and both hellos as they were
 * on the wire, so neither a recorded nor a reflected one is of use. In the clear it guards against mistakes and strangers,
 * not against whoever reads or changes the traffic: for that there is TLS.
 *
 * <p>With TLS the channel is what either end has seen of it, both certificates (as RFC 5929's tls-server-end-point, for both
 * ends; the keys of the session itself, which RFC 9266 would take, JDK 17 does not tell). So whoever has a certificate of
 * the authority but not the secret cannot stand between two nodes and pass their proofs on.
 *
 * <p>Either end may answer {@link Control.Refuse} at any time, and closes.
 */
final class Greeting {
    /** Who called whom. The code is in the proofs. */
    enum Role {
        DIALER('D'),
        ACCEPTOR('A');

        private final char code;

        Role(char code) {
            this.code = code;
        }

        private Role other() {
            return this == DIALER ? ACCEPTOR : DIALER;
        }
    }

    /** What the node thinks of a peer. */
    interface Admission {
        /** Rises with every link that comes to stand. */
        int moment();

        /**
         * Judges a hello; null lets it pass. Asked again before the link stands, as things may have changed.
         *
         * @param called where our call went; null when it is the peer that calls
         * @param heard the moment at which the hello came
         */
        Control.@Nullable Refuse judge(Control.Hello peer, @Nullable LinkAddress called, int heard);

        /** The peer has proved itself: the node may believe what its hello says. */
        void trust(Control.Hello peer);
    }

    /** What the connection does next, in order. */
    sealed interface Step {
        record Send(Control frame) implements Step {}

        /** The link stands. */
        record Stand(Control.Hello peer) implements Step {}

        /** Nothing comes of it. {@code ours} tells who refused; our own refusal is to be sent. */
        record Refused(Control.Refuse refusal, boolean ours) implements Step {}
    }

    private static final byte[] IN_THE_CLEAR = {0};
    private static final byte SEALED = 1;

    private enum Stage {
        AWAITS_HELLO,
        AWAITS_PROOF,
        AWAITS_WELCOME,
        DONE
    }

    private final @Nullable LinkAddress called;
    private final Role role;
    private final String self;
    private final byte[] ownHello;
    private final byte[] secret;
    private final Admission admission;
    private byte[] channel = IN_THE_CLEAR;
    private @Nullable String certified;
    private Stage stage = Stage.AWAITS_HELLO;
    private Control.@Nullable Hello peer;
    private byte[] peerHello = new byte[0];
    private int heard;

    /** @param called where our call goes; null when it is the peer that calls */
    Greeting(@Nullable LinkAddress called, Control.Hello own, byte[] secret, Admission admission) {
        this.called = called;
        this.role = called == null ? Role.ACCEPTOR : Role.DIALER;
        this.self = own.id().name();
        this.ownHello = ControlCodec.encode(own);
        this.secret = secret;
        this.admission = admission;
    }

    Role role() {
        return role;
    }

    /** Where our call goes, or went, whatever has become of that address; null when it is the peer that called. */
    @Nullable
    LinkAddress called() {
        return called;
    }

    /** Null until the peer's hello has come. */
    Control.@Nullable Hello peer() {
        return peer;
    }

    /** Whether our proof is out, so that the link may stand at the other end already. */
    boolean proved() {
        return stage == Stage.AWAITS_WELCOME;
    }

    /**
     * There is TLS on the connection. Comes before any frame does.
     *
     * @param ours the hash of the certificate that we have shown
     * @param theirs the same of the one we have seen
     * @param node whose that is; null when nobody is to look
     */
    void sealed(byte[] ours, byte[] theirs, @Nullable String node) {
        certified = node;
        byte[] dialers = role == Role.DIALER ? ours : theirs;
        byte[] acceptors = role == Role.DIALER ? theirs : ours;
        channel = ByteBuffer.allocate(1 + dialers.length + acceptors.length)
                .put(SEALED)
                .put(dialers)
                .put(acceptors)
                .array();
    }

    /** The connection is open. */
    List<Step> opened() {
        return role == Role.DIALER ? List.of(new Step.Send(ControlCodec.decode(ownHello))) : List.of();
    }

    /** A frame came. */
    List<Step> received(byte[] body) {
        Control frame = ControlCodec.decode(body);
        if (frame instanceof Control.Refuse refusal) {
            stage = Stage.DONE;
            return List.of(new Step.Refused(refusal, false));
        }
        if (frame instanceof Control.Hello hello && stage == Stage.AWAITS_HELLO) {
            return hello(hello, body);
        }
        if (frame instanceof Control.Proof proof && stage == Stage.AWAITS_PROOF && peer != null) {
            return proof(proof, peer);
        }
        if (frame instanceof Control.Welcome && stage == Stage.AWAITS_WELCOME && peer != null) {
            stage = Stage.DONE;
            return List.of(new Step.Stand(peer));
        }
        return refuse(new Control.Refuse(
                RefuseCode.PROTOCOL, frame.getClass().getSimpleName() + " came out of turn, in stage " + stage));
    }

    private List<Step> hello(Control.Hello hello, byte[] body) {
        peer = hello;
        peerHello = body;
        heard = admission.moment();
        if (hello.oldest() > ControlCodec.VERSION || hello.newest() < ControlCodec.VERSION) {
            return refuse(new Control.Refuse(
                    RefuseCode.VERSION,
                    "node " + hello.id().name() + " speaks " + versions(hello) + " of the link's protocol, node " + self
                            + " only " + ControlCodec.VERSION + ": upgrade the older one"));
        }
        String name = hello.id().name();
        if (certified != null && !certified.equals(name)) {
            return refuse(new Control.Refuse(
                    RefuseCode.WRONG_CERTIFICATE,
                    "node " + name + " has shown a certificate of "
                            + (certified.isEmpty() ? "no node" : "node " + certified)
                            + ": its subject's common name (CN) must be the node's name, unless "
                            + TlsSettings.PATH + ".verify-name is off on all nodes"));
        }
        Control.Refuse refusal = admission.judge(hello, called, heard);
        if (refusal != null) {
            return refuse(refusal);
        }
        stage = Stage.AWAITS_PROOF;
        return role == Role.DIALER
                ? List.of()
                : List.of(new Step.Send(ControlCodec.decode(ownHello)), new Step.Send(prove()));
    }

    private static String versions(Control.Hello hello) {
        return hello.oldest() == hello.newest()
                ? "version " + hello.oldest()
                : "versions " + hello.oldest() + " to " + hello.newest();
    }

    private List<Step> proof(Control.Proof proof, Control.Hello hello) {
        if (!MessageDigest.isEqual(proof.mac(), mac(role.other(), peerHello, ownHello))) {
            return refuse(new Control.Refuse(
                    RefuseCode.WRONG_SECRET,
                    "node " + hello.id().name() + " has another capstan.actors.secret: it must be the same on all nodes"
                            + (channel == IN_THE_CLEAR
                                    ? ""
                                    : "; or somebody between the two opens their TLS, which is not to be")));
        }
        Control.Refuse refusal = admission.judge(hello, called, heard);
        if (refusal != null) {
            return refuse(refusal);
        }
        admission.trust(hello);
        if (role == Role.DIALER) {
            stage = Stage.AWAITS_WELCOME;
            return List.of(new Step.Send(prove()));
        }
        stage = Stage.DONE;
        return List.of(new Step.Send(new Control.Welcome()), new Step.Stand(hello));
    }

    private List<Step> refuse(Control.Refuse refusal) {
        stage = Stage.DONE;
        return List.of(new Step.Refused(refusal, true));
    }

    private Control.Proof prove() {
        return new Control.Proof(mac(role, ownHello, peerHello));
    }

    private byte[] mac(Role prover, byte[] proversHello, byte[] othersHello) {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            // An empty key is no key to the JDK; one zero byte is the same key to HMAC (RFC 2104, section 2:
            // zero-padded).
            hmac.init(new SecretKeySpec(secret.length == 0 ? new byte[1] : secret, "HmacSHA256"));
            hmac.update((byte) prover.code);
            hmac.update(channel);
            hmac.update(proversHello);
            hmac.update(othersHello);
            return hmac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
