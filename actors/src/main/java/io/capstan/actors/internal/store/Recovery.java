package io.capstan.actors.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the write-ahead files hold beyond LMDB. It reads and changes nothing, so it can be done again after a crash, as
 * often as it takes.
 *
 * <p>LMDB says which frame is the first that it does not contain; frames are numbered without gaps and no number is ever
 * used twice. One frame is written at a time, so at most the last is torn; whatever else is missing was acknowledged,
 * and is a loss.
 *
 * @param frames whole frames in order, not contained in LMDB
 * @param next above every number on disk, the torn frame's too: its blocks must never be taken for another's
 * @param loss what is wrong; null when everything acknowledged is there
 * @param unclean whether there is any damaged block, of account or not: left where it is, it would be taken for a loss
 *     when the end of what is written next comes to lie before it
 */
record Recovery(List<Replay> frames, long next, @Nullable String loss, boolean unclean) {
    /** A frame that is to be replayed; its changes are read when they are asked for. */
    record Replay(BlockMap map, BlockMap.Frame frame) {
        List<Store.Change> changes() throws IOException {
            return map.read(frame);
        }
    }

    /**
     * Reads the files.
     *
     * @param handles both files; null for one that is not there
     * @param first the first frame that LMDB does not contain
     */
    static Recovery read(List<Disk.@Nullable Handle> handles, long store, long first) throws IOException {
        List<BlockMap> maps = new ArrayList<>();
        for (int number = 0; number < handles.size(); number++) {
            Disk.Handle handle = handles.get(number);
            if (handle == null) {
                return new Recovery(List.of(), first, WriteAheadFile.name(number) + " is not there", true);
            }
            requireKnownVersion(handle, number);
            maps.add(new BlockMap(handle, store, number, first));
        }
        return judge(maps, first);
    }

    private static void requireKnownVersion(Disk.Handle handle, int number) throws IOException {
        ByteBuffer head = ByteBuffer.allocateDirect(Blocks.BYTES);
        handle.read(head, 0);
        int version = Blocks.headVersion(head.clear());
        if (version > Blocks.VERSION) {
            throw new StoreFailure(
                    StoreFailure.Kind.NEWER_FORMAT,
                    WriteAheadFile.name(number) + " has format " + version + ", this Capstan knows up to "
                            + Blocks.VERSION + ": start the version that wrote it, or a newer one");
        }
        // A damaged head is no loss: the blocks themselves tell whose they are.
    }

    private static Recovery judge(List<BlockMap> maps, long first) {
        List<Replay> frames = new ArrayList<>();
        // Where the frame after the last may be: behind it, or at the beginning of a file that is not in the chain.
        int[] tail = {1, 1};
        long expected = first;
        int before = -1;
        for (int number = next(maps, expected); number >= 0; number = next(maps, expected)) {
            BlockMap map = maps.get(number);
            for (BlockMap.Frame frame : map.run()) {
                frames.add(new Replay(map, frame));
                expected = frame.sequence() + 1;
                tail[number] = frame.at() + frame.parts();
            }
            if (before >= 0) {
                // It was full before the other was begun: what is behind its end is of no account.
                tail[before] = Integer.MAX_VALUE;
            }
            before = number;
        }
        long highest = expected - 1;
        for (BlockMap map : maps) {
            highest = map.highest(highest);
        }
        String loss = loss(maps, tail, expected, highest);
        return new Recovery(frames, highest + 1, loss, maps.stream().anyMatch(BlockMap::damaged));
    }

    /** The file that begins with a frame; -1 when none does. */
    private static int next(List<BlockMap> maps, long sequence) {
        for (int number = 0; number < maps.size(); number++) {
            List<BlockMap.Frame> run = maps.get(number).run();
            if (!run.isEmpty() && run.get(0).sequence() == sequence) {
                return number;
            }
        }
        return -1;
    }

    private static @Nullable String loss(List<BlockMap> maps, int[] tail, long expected, long highest) {
        if (highest > expected) {
            return "frame " + expected + " is missing or damaged, and there are later ones";
        }
        for (int number = 0; number < maps.size(); number++) {
            if (maps.get(number).damagedAt(tail[number])) {
                return "frame " + expected + " is damaged at block " + tail[number] + " of "
                        + WriteAheadFile.name(number);
            }
        }
        return null;
    }
}
