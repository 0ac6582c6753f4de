package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.Cluster;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.internal.log.DurableLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member's writes on a node's store that has no room: LMDB may take no more, so both write-ahead files stay full. */
class PeerDiskTest {
    private static final StoreSettings FULL = StoreSettings.fromConfig(ConfigFactory.parseString(
                    "capstan.actors.store { write-ahead-bytes = 128KiB, reserve-bytes = 16KiB, full-retry = 5ms,"
                            + " map-bytes-initial = 256KiB, map-bytes-max = 256KiB }")
            .withFallback(ConfigFactory.load()));
    private static final StoreSettings ROOMY = StoreSettings.fromConfig(
            ConfigFactory.parseString("capstan.actors.store { write-ahead-bytes = 128KiB, reserve-bytes = 16KiB }")
                    .withFallback(ConfigFactory.load()));
    private static final MemberId B = new MemberId("b", 2);

    @TempDir
    Path temp;

    private final Inbox inbox = new Inbox();
    private final List<PeerEvent> events = new ArrayList<>();
    private long ticket;
    private long last;

    private NodeStore open(StoreSettings settings) {
        return NodeStore.open(temp.resolve("node"), "a", settings);
    }

    private Effect.Persist append(@Nullable HardState state) {
        last++;
        Entry entry = new Entry(last, state == null ? 1 : state.term(), 1, Entry.Kind.COMMAND, new byte[8_000]);
        return new Effect.Persist(++ticket, state, null, 0, List.of(entry));
    }

    private boolean heard(long ofTicket) {
        events.addAll(inbox.drain(1_000));
        return events.stream()
                .anyMatch(event -> event instanceof PeerEvent.VoteDurable vote && vote.ticket() == ofTicket);
    }

    @Test
    void aVoteDoesNotWaitBehindEntriesThatADiskHasNoRoomFor() {
        try (NodeStore store = open(FULL)) {
            PeerDisk disk = new PeerDisk(DurableLog.open(store, "g", 1), inbox);
            disk.write(append(new HardState(1, null)));
            for (int i = 0; i < 100; i++) {
                disk.write(append(null));
            }
            // A leader of a later term, entries of its, and then somebody else asks for a vote: all behind what waits.
            disk.write(append(new HardState(2, null)));
            disk.write(new Effect.Persist(++ticket, new HardState(3, B), null, 0, List.of()));
            long voted = ticket;
            Cluster.await("vote", () -> heard(voted));
            assertThat(events)
                    .noneMatch(event -> event instanceof PeerEvent.Durable durable
                            && durable.persist().ticket() == voted);
        }
        try (NodeStore store = open(ROOMY)) {
            DurableLog log = DurableLog.open(store, "g", 1);
            assertThat(log.damage()).isNull();
            assertThat(log.hardState()).isEqualTo(new HardState(3, B));
            assertThat(log.lastIndex()).isLessThan(101);
        }
    }

    @Test
    void whatIsOlderThanAVoteIsNotWrittenOverItWhenThereIsRoomAgain() {
        try (NodeStore store = open(ROOMY)) {
            PeerDisk disk = new PeerDisk(DurableLog.open(store, "g", 1), inbox);
            disk.write(append(new HardState(1, null)));
            long first = ticket;
            Cluster.await("first write", () -> {
                events.addAll(inbox.drain(1_000));
                return events.stream()
                        .anyMatch(event -> event instanceof PeerEvent.Durable durable
                                && durable.persist().ticket() == first);
            });
            // Faster than checkpoints can be made: some of these are refused.
            for (int i = 0; i < 400; i++) {
                disk.write(append(new HardState(2 + i, null)));
            }
            disk.write(new Effect.Persist(++ticket, new HardState(500, B), null, 0, List.of()));
            long end = ticket;
            Cluster.await("all writes", () -> {
                disk.proceed();
                events.addAll(inbox.drain(1_000));
                return events.stream()
                        .anyMatch(event -> event instanceof PeerEvent.Durable durable
                                && durable.persist().ticket() == end);
            });
            assertThat(events).as("some votes went ahead").anyMatch(PeerEvent.VoteDurable.class::isInstance);
        }
        try (NodeStore store = open(ROOMY)) {
            DurableLog log = DurableLog.open(store, "g", 1);
            assertThat(log.damage()).isNull();
            assertThat(log.hardState()).isEqualTo(new HardState(500, B));
            assertThat(log.lastIndex()).isEqualTo(last);
        }
    }
}
