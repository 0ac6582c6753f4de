package io.capstan.raft;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Gives mutated bytes to something that reads bytes. Whatever they are, it must read or refuse them: soon, and with no more
 * memory than bytes of that length can be worth.
 *
 * <p>{@code -Dfuzz.seconds=600} goes on for ten minutes, shared by all that is fuzzed in one run; {@code -Dfuzz.seed=S} gives
 * the same bytes again.
 */
public final class Fuzzer {
    /** What is fuzzed by all tests of a run together, to share its time. */
    private static final int TARGETS = 9;

    private static final double SECONDS_DEFAULT = 0.6;
    private static final long BYTES_MAX = 2 * 1024 * 1024;
    private static final long BYTES_PER_BYTE = 200;
    private static final long NANOS_MAX = 2_000_000_000;
    private static final int CORPUS_MAX = 400;

    private final String what;
    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<byte[]> corpus;
    private final com.sun.management.ThreadMXBean memory =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Reads bytes. */
    public interface Target {
        /** Returns whether it took them for its own; throws when it has a bug. */
        boolean read(byte[] bytes) throws Exception;
    }

    /** What came of it. */
    public record Found(long rounds, long refused) {}

    /** @param sound what is mutated: all of it is read without complaint */
    public Fuzzer(String what, List<byte[]> sound) {
        this.what = what;
        corpus = new ArrayList<>(sound);
    }

    /** How long one target is fuzzed. */
    public static double seconds() {
        String given = System.getProperty("fuzz.seconds");
        return (given == null ? SECONDS_DEFAULT : Double.parseDouble(given)) / TARGETS;
    }

    /** Until the time is over. */
    public Found run(Target target) {
        for (byte[] sound : List.copyOf(corpus)) {
            if (!read(target, sound, 0)) {
                throw new AssertionError(what + ": what is sound is refused");
            }
        }
        long end = System.nanoTime() + (long) (seconds() * 1e9);
        long rounds = 0;
        long refused = 0;
        for (; System.nanoTime() < end; rounds++) {
            byte[] bytes = mutated();
            if (!read(target, bytes, rounds)) {
                refused++;
            } else if (corpus.size() < CORPUS_MAX && random.nextInt(50) == 0) {
                // What is taken, and yet another, leads further.
                corpus.add(bytes);
            }
        }
        System.out.printf("%s: %,d inputs, %,d refused%n", what, rounds, refused);
        return new Found(rounds, refused);
    }

    private boolean read(Target target, byte[] bytes, long round) {
        long before = memory.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        boolean taken;
        try {
            taken = target.read(bytes);
        } catch (Exception | StackOverflowError | OutOfMemoryError bug) {
            throw new AssertionError(replay(round) + ", input " + hex(bytes), bug);
        }
        long allocated = memory.getCurrentThreadAllocatedBytes() - before;
        if (allocated > BYTES_MAX + bytes.length * BYTES_PER_BYTE) {
            throw new AssertionError(replay(round) + ": " + allocated + " bytes of memory for " + bytes.length
                    + " bytes of input " + hex(bytes));
        }
        if (System.nanoTime() - begin > NANOS_MAX) {
            throw new AssertionError(replay(round) + ": took too long over " + hex(bytes));
        }
        return taken;
    }

    private String replay(long round) {
        return what + ", round " + round + " of -Dfuzz.seed=" + seed;
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 400));
    }

    private byte[] mutated() {
        byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
        for (int some = 1 + random.nextInt(4); some > 0; some--) {
            bytes = mutated(bytes);
        }
        return bytes;
    }

    private byte[] mutated(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[random.nextInt(40)];
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] = (byte) random.nextInt();
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                // What lengths and counts go wrong with.
                byte value = (byte) new int[] {0, 0x7f, 0x80, 0xff}[random.nextInt(4)];
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), value);
            }
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
                for (int i = bytes.length; i < longer.length; i++) {
                    longer[i] = (byte) random.nextInt();
                }
                return longer;
            }
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int length = Math.min(other.length, 1 + random.nextInt(60));
                if (length > 0) {
                    int from = random.nextInt(other.length - length + 1);
                    byte[] spliced = new byte[bytes.length + length];
                    System.arraycopy(bytes, 0, spliced, 0, at);
                    System.arraycopy(other, from, spliced, at, length);
                    System.arraycopy(bytes, at, spliced, at + length, bytes.length - at);
                    return spliced;
                }
            }
        }
        return bytes;
    }
}
