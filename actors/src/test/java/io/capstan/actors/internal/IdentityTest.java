package io.capstan.actors.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.ClusterId;
import io.capstan.actors.internal.link.Contact;
import io.capstan.actors.internal.link.LinkAddress;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.actors.internal.store.StoreSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    private static final Contact B = new Contact(new NodeId("b", 7), new LinkAddress("h", 2551));

    @TempDir
    Path directory;

    @Test
    void everyStartIsANewIncarnation() {
        assertThat(incarnationAt(1_000)).isEqualTo(1_000);
        assertThat(incarnationAt(2_000)).isEqualTo(2_000);
        assertThat(incarnationAt(500)).as("a clock set back").isEqualTo(2_001);
    }

    @Test
    void aClusterIsDrawnOnceAndKept() {
        ClusterId drawn;
        try (Store store = open()) {
            Identity first = Identity.begin(store, 1, true);
            drawn = first.cluster();
            assertThat(drawn).isNotNull();
        }
        try (Store store = open()) {
            assertThat(Identity.begin(store, 1, true).cluster()).isEqualTo(drawn);
        }
    }

    @Test
    void aNodeThatIsToJoinHasNoClusterUntilItAdoptsOne() {
        var adopted = new ClusterId(1, 2);
        try (Store store = open()) {
            Identity joiner = Identity.begin(store, 1, false);
            assertThat(joiner.cluster()).isNull();
            joiner.adopt(adopted);
            assertThat(joiner.cluster()).isEqualTo(adopted);
        }
        try (Store store = open()) {
            assertThat(Identity.begin(store, 1, false).cluster()).isEqualTo(adopted);
        }
    }

    @Test
    void peersAreRememberedWithTheirPekkoAddress() {
        try (Store store = open()) {
            PeerBook book = new PeerBook(store);
            book.learned(B);
            assertThat(book.greeted(B.id(), "pekko://x@h:1")).isNull();
        }
        try (Store store = open()) {
            PeerBook book = new PeerBook(store);
            assertThat(book.contacts()).containsExactly(B);
            assertThat(book.greeted(new NodeId("b", 8), "pekko://x@h:1"))
                    .as("the same place")
                    .isNull();
            assertThat(book.greeted(new NodeId("b", 8), "pekko://x@h:2")).isEqualTo("pekko://x@h:1");
        }
    }

    @Test
    void aDamagedRecordOfAPeerCostsItsAddressAndNotTheStart() {
        try (Store store = open()) {
            PeerBook book = new PeerBook(store);
            book.learned(B);
            book.greeted(B.id(), "pekko://x@h:1");
            byte[] key = "peer/b".getBytes(StandardCharsets.US_ASCII);
            byte[] whole = Objects.requireNonNull(store.get(Identity.SPACE, key));
            for (int length = 1; length < whole.length; length++) {
                Identity.writeSoon(store, new Store.Change.Put(Identity.SPACE, key, Arrays.copyOf(whole, length)));
                assertThat(new PeerBook(store).contacts())
                        .as("%d of %d bytes", length, whole.length)
                        .isEmpty();
            }
        }
    }

    @Test
    void aForgottenPeerStaysSoWhateverOthersSayOfThatRunUntilItIsThere() {
        try (Store store = open()) {
            PeerBook book = new PeerBook(store);
            book.learned(B);
            book.forget(B.id()).toCompletableFuture().join();
            assertThat(book.names()).isEmpty();
        }
        try (Store store = open()) {
            PeerBook book = new PeerBook(store);
            assertThat(book.contacts()).isEmpty();
            assertThat(book.forgot(new NodeId("b", 6))).isTrue();
            assertThat(book.forgot(B.id())).isTrue();
            assertThat(book.forgot(new NodeId("b", 8))).isFalse();
            assertThat(book.forgot(new NodeId("c", 1))).isFalse();
            book.learned(B);
            assertThat(book.forgot(B.id())).as("it came back").isFalse();
        }
        try (Store store = open()) {
            assertThat(new PeerBook(store).contacts()).containsExactly(B);
            assertThat(new PeerBook(store).forgot(B.id())).isFalse();
        }
    }

    @Test
    void ofThoseForgottenTheLatestAreRemembered() {
        try (Store store = open()) {
            PeerBook book = new PeerBook(store);
            for (int i = 1; i <= 600; i++) {
                book.forget(new NodeId("n" + i, i));
            }
            book.forget(new NodeId("last", 1_000)).toCompletableFuture().join();
        }
        try (Store store = open()) {
            PeerBook book = new PeerBook(store);
            assertThat(book.forgot(new NodeId("last", 1_000))).isTrue();
            assertThat(book.forgot(new NodeId("n600", 600))).isTrue();
            assertThat(book.forgot(new NodeId("n89", 89)))
                    .as("600 and 1, less 512")
                    .isFalse();
            assertThat(book.forgot(new NodeId("n90", 90))).isTrue();
        }
    }

    @Test
    void recordsLookOnDiskAsTheyEverDid() {
        try (Store store = open()) {
            Identity identity = Identity.begin(store, 258, false);
            identity.adopt(new ClusterId(3, 4));
            PeerBook book = new PeerBook(store);
            book.learned(B);
            book.greeted(B.id(), "pekko://x@h:1");
            book.forget(new NodeId("c", 9));
            Map<String, String> records = new TreeMap<>();
            store.scan(Identity.SPACE, new byte[] {0}, new byte[] {-1}, (key, value) -> {
                records.put(
                        new String(key, StandardCharsets.US_ASCII),
                        HexFormat.of().formatHex(value));
                return true;
            });
            assertThat(records)
                    .isEqualTo(Map.of(
                            "incarnation", "010000000000000102",
                            "cluster", "01" + "0000000000000003" + "0000000000000004",
                            "forgotten/c", "01" + "0000000000000009",
                            "peer/b",
                                    "01" + "0000000000000007" + "0168" + "09f7" + "000d"
                                            + "70656b6b6f3a2f2f7840683a31"));
        }
    }

    @Test
    void aRecordOfANewerCapstanIsRefused() {
        try (Store store = open()) {
            byte[] key = "incarnation".getBytes(StandardCharsets.US_ASCII);
            Identity.writeSoon(store, new Store.Change.Put(Identity.SPACE, key, new byte[] {2, 0}));
            assertThatThrownBy(() -> Identity.begin(store, 1, false))
                    .isInstanceOfSatisfying(
                            StoreFailure.class,
                            refused -> assertThat(refused.kind()).isEqualTo(StoreFailure.Kind.NEWER_FORMAT));
        }
    }

    private long incarnationAt(long wallClockMillis) {
        try (Store store = open()) {
            return Identity.begin(store, wallClockMillis, false).incarnation();
        }
    }

    private Store open() {
        return NodeStore.open(directory, "a", StoreSettings.fromConfig(ConfigFactory.load()));
    }
}
