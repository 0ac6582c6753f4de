package io.capstan.registry;

import static io.capstan.raft.Within.within;
import static io.capstan.registry.Members.done;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.Consistency;
import io.capstan.raft.Raft;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import io.capstan.testkit.TestCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What locks, consistent names and a state machine answer while c is cut off from a and b: rows of the book. */
final class ConsistentSide {
    private static final String GROUP = "kv";
    private static final Duration SOON = ofSeconds(10);
    /** What is hopeless ends by this. */
    private static final Duration SHORT = ofMillis(1_500);

    private final Members members;
    private final PartitionBook book;
    private final LockSession sessionOfC;
    private final LockSession sessionOfA;
    private final HeldLock held;
    private final Name<String> ledger = Name.of("partitions.ledger", String.class);
    private final CompletableFuture<Void> ledgerOfCStopped = new CompletableFuture<>();
    private final Incumbent<String> ofC;

    ConsistentSide(TestCluster cluster, PartitionBook book) {
        this.members = Members.of(cluster);
        this.book = book;
        sessionOfC = Locks.get(members.node("c")).session(Ttl.of(ofSeconds(2)), cause -> {});
        sessionOfA = Locks.get(members.node("a")).session(Ttl.of(SOON), cause -> {});
        held = done(sessionOfC.acquire("partitions.lock", within(SOON)));
        for (String member : cluster.names()) {
            KeyValue.startPeer(Raft.get(members.node(member)), GROUP);
        }
        done(Raft.get(members.node("a")).setConfiguration(GROUP, cluster.names()));
        done(Raft.get(members.node("a")).transferLeadership(GROUP, "a"));
        done(kv("a").put("k", "before", within(SOON)));
        cluster.await("c has it", () -> value("c", Consistency.stale(0)).equals("before"));
        ofC = done(
                ConsistentNames.get(members.node("c")).start(ledger, fence -> untilItIsStopped(), Terms.within(SOON)));
        locks();
        consistentNames();
        group();
    }

    private Behavior<String> untilItIsStopped() {
        return Behaviors.receive(String.class)
                .onSignal(PostStop.class, signal -> {
                    ledgerOfCStopped.complete(null);
                    return Behaviors.same();
                })
                .build();
    }

    private void locks() {
        book.section("locks")
                .row(
                        "the lock that c holds",
                        () -> book.until(
                                "lost: `UNCONFIRMED`, before its time to live is over",
                                () -> held.lost().map(Enum::name).equals(Optional.of("UNCONFIRMED"))),
                        () -> "held by c until its time to live is over",
                        () -> "lost: open another session")
                .row(
                        "`session.acquire`",
                        () -> book.told(Locks.get(members.node("c"))
                                .session(Ttl.of(SOON), cause -> {})
                                .acquire("partitions.other", within(SHORT))),
                        () -> book.told(sessionOfA
                                .acquire("partitions.lock", within(SOON))
                                .thenApply(lock -> {
                                    assertThat(lock.token()).isGreaterThan(held.token());
                                    return "granted, with a higher token";
                                })),
                        () -> book.told(sessionOfC.acquire("partitions.other", within(SOON))));
    }

    private void consistentNames() {
        ConsistentNames c = ConsistentNames.get(members.node("c"));
        ConsistentNames a = ConsistentNames.get(members.node("a"));
        book.section("consistent names")
                .row(
                        "the name that c's process owns",
                        () -> book.until("stopped within `session-ttl`", ledgerOfCStopped::isDone),
                        () -> book.until(
                                "free after `session-ttl`",
                                () -> a.incumbent(ledger).isEmpty()),
                        () -> book.until(
                                "whoever registers it then has a higher epoch",
                                () -> c.incumbent(ledger).isEmpty()))
                .row(
                        "`send` in that epoch",
                        () -> "",
                        () -> book.told(a.send(ledger, ofC.epoch(), "hello", SOON)),
                        () -> book.told(c.send(ledger, ofC.epoch(), "hello", SOON)))
                .row(
                        "`start` of another",
                        () -> book.told(c.start(
                                Name.of("partitions.of-c", String.class),
                                fence -> Behaviors.ignore(),
                                Terms.within(SHORT))),
                        () -> book.told(a.start(
                                Name.of("partitions.of-a", String.class),
                                fence -> Behaviors.ignore(),
                                Terms.within(SOON))),
                        () -> "");
    }

    private void group() {
        book.section("your state machine")
                .row(
                        "`write`",
                        () -> book.told(kv("c").put("k", "of c", within(SHORT)).thenApply(version -> "done")),
                        () -> book.told(kv("a").put("k", "of a", within(SOON)).thenApply(version -> "done")),
                        () -> "")
                .row(
                        "`read`, `LINEARIZABLE` or `LEASE`",
                        () -> book.told(kv("c").get("k", Consistency.LINEARIZABLE, within(SHORT))),
                        () -> value("b", Consistency.LINEARIZABLE),
                        () -> value("c", Consistency.LINEARIZABLE))
                .row(
                        "`read`, `stale(0)`",
                        () -> value("c", Consistency.stale(0)),
                        () -> value("a", Consistency.stale(0)),
                        () -> book.until(
                                "of a", () -> value("c", Consistency.stale(0)).equals("of a")));
    }

    private KeyValue kv(String member) {
        return KeyValue.of(Raft.get(members.node(member)), GROUP);
    }

    private String value(String member, Consistency consistency) {
        Optional<KeyEntry> entry = done(kv(member).get("k", consistency, within(SOON)));
        return entry.map(found -> new String(found.value(), StandardCharsets.UTF_8))
                .orElse("nothing");
    }
}
