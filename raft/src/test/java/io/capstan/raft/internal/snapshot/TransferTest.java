package io.capstan.raft.internal.snapshot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.internal.store.SnapshotFiles;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Input;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.GroupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferTest {
    private static final MemberId TO = new MemberId("s2", 1);
    private static final byte[] STATE = new byte[200_000];

    @TempDir
    Path here;

    @TempDir
    Path there;

    static {
        new Random(1).nextBytes(STATE);
    }

    private static SnapshotMeta meta(long index) {
        return new SnapshotMeta(index, 2, 9, 1, Configuration.BLANK);
    }

    private Shelf shelf(Path folder) {
        return new Shelf(SnapshotFiles.open(folder, 0), "g");
    }

    private static void take(Snapshotting member, long index, byte[] state) {
        boolean[] done = {false};
        SnapshotContent.Head head = new SnapshotContent.Head(new GroupId(5, 6), index, 2, 9, 0);
        member.take(head, List.of(), out -> out.write(state), new Snapshotting.Taken() {
            @Override
            public void taken(long bytes) {
                done[0] = true;
            }

            @Override
            public void failed(Throwable failure) {
                throw new AssertionError(failure);
            }
        });
        assertThat(done[0]).isTrue();
    }

    /** A member whose view threw an error waited for it for ever, and took no other snapshot. */
    @Test
    void whateverUsersCodeThrowsIsToldToWhoeverWaitsForTheSnapshot() {
        Throwable[] told = {null};
        AssertionError thrown = new AssertionError("cannot happen");
        SnapshotContent.Head head = new SnapshotContent.Head(new GroupId(5, 6), 7, 2, 9, 0);
        StateMachine.View broken = out -> {
            throw thrown;
        };
        member(here).take(head, List.of(), broken, new Snapshotting.Taken() {
            @Override
            public void taken(long bytes) {}

            @Override
            public void failed(Throwable failure) {
                told[0] = failure;
            }
        });
        assertThat(told[0]).isSameAs(thrown);
    }

    /** A backup of it never ended. */
    @Test
    void oneThatCannotBeOpenedIsToldToWhoeverWaitsForIt() throws IOException {
        Snapshotting member = member(here);
        take(member, 7, STATE);
        try (Stream<Path> files = Files.list(here)) {
            for (Path file : files.toList()) {
                Files.write(file, new byte[100]);
            }
        }
        List<RuntimeException> told = new ArrayList<>();
        member.use(
                7,
                file -> {
                    throw new AssertionError("opened");
                },
                told::add);
        assertThat(told).hasSize(1).first().isInstanceOf(StoreFailure.class);
    }

    private Snapshotting member(Path folder) {
        return new Snapshotting(SnapshotFiles.open(folder, 0), "g", Runnable::run);
    }

    private static Input.@Nullable SnapshotRead read(Snapshotting from, long index, long offset, int bytes) {
        Input[] read = {null};
        from.read(new Effect.ReadSnapshot(TO, index, offset, bytes), input -> read[0] = input);
        return (Input.SnapshotRead) read[0];
    }

    private static Input.ChunkStored store(
            Snapshotting at, SnapshotMeta meta, long offset, byte[] bytes, boolean last) {
        Input[] stored = {null};
        at.store(new Effect.StoreChunk(meta, offset, bytes, last), input -> stored[0] = input);
        return (Input.ChunkStored) stored[0];
    }

    /** Sends all of it, as the core does; {@code spoil} is flipped on the way. */
    private static Input.ChunkStored send(Snapshotting from, Snapshotting to, long index, long spoil) {
        long offset = 0;
        while (true) {
            Input.SnapshotRead piece = requireNonNull(read(from, index, offset, 50_000));
            byte[] bytes = piece.bytes().clone();
            if (spoil >= offset && spoil < offset + bytes.length) {
                bytes[(int) (spoil - offset)] ^= 1;
            }
            Input.ChunkStored stored = store(to, meta(index), offset, bytes, piece.last());
            if (piece.last()) {
                return stored;
            }
            assertThat(stored).isEqualTo(new Input.ChunkStored(meta(index), offset + bytes.length, false));
            offset = stored.nextOffset();
        }
    }

    @Test
    void whatArrivesIsThereOnlyWhenAllOfItIsAndVerified() {
        Snapshotting from = member(here);
        Snapshotting to = member(there);
        take(from, 100, STATE);

        Input.SnapshotRead first = requireNonNull(read(from, 100, 0, 50_000));
        store(to, meta(100), 0, first.bytes(), false);
        assertThat(shelf(there).all()).isEmpty();

        assertThat(send(from, to, 100, 123_456))
                .as("a byte changed on the way")
                .isEqualTo(new Input.ChunkStored(meta(100), 0, false));
        assertThat(shelf(there).all()).isEmpty();

        assertThat(send(from, to, 100, -1).complete()).isTrue();
        assertThat(shelf(there).newest()).isEqualTo(100);
        assertThat(store(to, meta(100), 0, first.bytes(), false).complete())
                .as("sent once more")
                .isTrue();
    }

    @Test
    void everyPieceOfAWindowIsAnsweredThoughOneBeforeItCannotBeKept() {
        Snapshotting to = member(there);
        store(to, meta(100), 0, new byte[9], false);
        assertThat(store(to, meta(100), 10, new byte[9], false))
                .as("does not follow")
                .isEqualTo(new Input.ChunkStored(meta(100), 0, false));
        assertThat(store(to, meta(100), 19, new byte[9], true)).isEqualTo(new Input.ChunkStored(meta(100), 0, false));
        assertThat(store(to, meta(100), 0, new byte[9], false).nextOffset()).isEqualTo(9);
    }

    @Test
    void aPieceThatDoesNotFollowHasTheLeaderBeginAnew() {
        Snapshotting to = member(there);
        assertThat(store(to, meta(100), 50_000, new byte[9], false))
                .isEqualTo(new Input.ChunkStored(meta(100), 0, false));
        store(to, meta(100), 0, new byte[9], false);
        assertThat(store(to, meta(101), 9, new byte[9], false))
                .as("a piece of another one")
                .isEqualTo(new Input.ChunkStored(meta(101), 0, false));
    }

    @Test
    void oneTakenAndOneReceivedAtOneTimeNeverRemoveEachOther() {
        // ra de94f929
        Snapshotting from = member(here);
        Snapshotting to = member(there);
        take(from, 200, STATE);
        take(to, 100, new byte[7]);
        assertThat(send(from, to, 200, -1).complete()).isTrue();
        to.prune(100);
        take(to, 150, new byte[7]);
        to.prune(200);
        assertThat(shelf(there).all()).extracting(SnapshotName::index).containsExactly(200L);
        take(to, 200, new byte[7]);
        assertThat(shelf(there).all())
                .containsExactly(new SnapshotName("g", 200, 2, false), new SnapshotName("g", 200, 2, true));
    }

    @Test
    void oneThatIsAskedForIsReadToItsEndAndAMissingOneIsNotAskedForInACircle() {
        Snapshotting from = member(here);
        take(from, 100, STATE);
        assertThat(read(from, 100, 0, 50_000)).isNotNull();
        assertThat(read(from, 100, 50_000, 50_000)).isNotNull();
        take(from, 200, STATE);
        from.prune(200);

        assertThat(shelf(here).all()).hasSize(1);
        Input.SnapshotRead rest = requireNonNull(read(from, 100, 100_000, 50_000));
        assertThat(rest.bytes()).hasSize(50_000);
        for (long index : new long[] {200, 300, 400}) {
            take(from, index, STATE);
            assertThat(read(from, index, 0, 50_000)).isNotNull();
        }
        from.prune(400);
        Input.SnapshotRead beyond = requireNonNull(read(from, 400, 1_000_000, 50_000));
        assertThat(beyond.bytes()).isEmpty();
        assertThat(beyond.last()).isTrue();
        Input.SnapshotRead gone = requireNonNull(read(from, 100, 50_000, 50_000));
        assertThat(gone.bytes()).isEmpty();
        assertThat(gone.last()).isFalse();
        assertThat(read(from, 500, 0, 50_000)).isNull();
    }

    @Test
    void aStartKeepsOnlyWhatTheLogStandsOn() {
        Snapshotting member = member(here);
        take(member, 100, STATE);
        take(member, 200, STATE);
        new Snapshotting(SnapshotFiles.open(here, 0), "g", Runnable::run).begin(100);
        assertThat(shelf(here).all()).extracting(SnapshotName::index).containsExactly(100L);
        Snapshots.Snapshot kept = requireNonNull(shelf(here).open(100));
        assertThat(kept.bytes()).isGreaterThan(STATE.length);
    }
}
