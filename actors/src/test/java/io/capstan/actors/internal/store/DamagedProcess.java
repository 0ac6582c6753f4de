package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Another process that opens a store whose database was damaged at random, over and over: LMDB ends its process when it
 * believes what it should not. Prints a line for each seed: what came of it.
 */
final class DamagedProcess {
    static final StoreSettings SETTINGS =
            NodeStoreTest.settings("write-ahead-bytes = 256KiB, reserve-bytes = 16KiB, full-retry = 20ms");
    private static final List<Space> SPACES = List.of(new Space("raft"), new Space("node"));
    private static final byte[] END = {(byte) 0xff};
    private static final int PAGE = 4096;
    private static final long ROUND_NANOS_MAX = 20_000_000_000L;

    private DamagedProcess() {}

    /** A store with small values and large ones, several levels of pages, and free ones. */
    static void fill(Path directory) throws InterruptedException {
        try (NodeStore store = NodeStore.open(directory, "a", SETTINGS)) {
            Random random = new Random(1);
            for (int round = 0; round < 900; round++) {
                write(store, random, round);
            }
        }
        // What the files hold is moved by the opening.
        NodeStore.open(directory, "a", SETTINGS).close();
    }

    private static void write(NodeStore store, Random random, int round) throws InterruptedException {
        List<Change> changes = new ArrayList<>();
        Space space = SPACES.get(random.nextInt(2));
        for (int i = 0; i < 8; i++) {
            byte[] value = new byte[random.nextInt(20) == 0 ? random.nextInt(14_000) : random.nextInt(120)];
            changes.add(new Change.Put(space, key(random.nextInt(4_000)), value));
        }
        if (round % 20 == 0) {
            int from = random.nextInt(4_000);
            changes.add(new Change.DeleteRange(space, key(from), key(from + 150)));
        }
        CountDownLatch done = new CountDownLatch(1);
        Store.Completion completion = new Store.Completion() {
            @Override
            public void durable() {
                done.countDown();
            }

            @Override
            public void failed(StoreFailure failure) {
                done.countDown();
            }
        };
        while (true) {
            try {
                store.write(changes, completion);
                break;
            } catch (StoreFailure full) {
                if (full.kind() != StoreFailure.Kind.OVERLOADED) {
                    throw full;
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
        done.await();
    }

    private static byte[] key(int number) {
        byte[] key = new byte[12 + number % 40];
        ByteBuffer.wrap(key).putInt(number);
        return key;
    }

    /** What a process says of the seeds from {@code from} on, until it ends: as many lines as it said. */
    static List<String> run(Path sound, Path work, long from, long seconds, boolean judged)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + work + ".hs_err",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DamagedProcess.class.getName(),
                        sound.toString(),
                        work.toString(),
                        String.valueOf(from),
                        String.valueOf(seconds),
                        String.valueOf(judged))
                .redirectErrorStream(true)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("seed ") || line.equals("done")) {
                    said.add(line);
                }
            }
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return said;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path sound = Path.of(arguments[0]);
        Path work = Path.of(arguments[1]);
        boolean judged = Boolean.parseBoolean(arguments[4]);
        long end = System.nanoTime() + (long) (Double.parseDouble(arguments[3]) * 1e9);
        AtomicLong current = new AtomicLong();
        AtomicLong begun = new AtomicLong(System.nanoTime());
        Thread watchdog = new Thread(() -> watch(current, begun), "watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        for (long seed = Long.parseLong(arguments[2]); System.nanoTime() < end; seed++) {
            copy(sound, work);
            damage(work.resolve("lmdb/data.mdb"), new Random(seed));
            current.set(seed);
            begun.set(System.nanoTime());
            System.out.println("seed " + seed + " begins");
            System.out.println("seed " + seed + " " + (judged ? opened(work, seed) : openedUnjudged(work)));
        }
        System.out.println("done");
        Runtime.getRuntime().halt(0);
    }

    private static void watch(AtomicLong current, AtomicLong begun) {
        while (System.nanoTime() - begun.get() < ROUND_NANOS_MAX) {
            LockSupport.parkNanos(100_000_000);
        }
        System.out.println("seed " + current + " HANGS");
        Runtime.getRuntime().halt(1);
    }

    private static String opened(Path work, long seed) throws InterruptedException {
        try {
            try (StoreInspection inspected = StoreInspection.open(work, SETTINGS)) {
                SPACES.forEach(space -> inspected.scan(space, new byte[0], END, (key, value) -> true));
            }
            try (NodeStore store = NodeStore.open(work, "a", SETTINGS)) {
                SPACES.forEach(space -> store.scan(space, new byte[0], END, (key, value) -> true));
                Random random = new Random(seed);
                for (int round = 0; round < 60; round++) {
                    write(store, random, round);
                }
            }
            NodeStore.open(work, "a", SETTINGS).close();
            return "taken";
        } catch (StoreFailure refused) {
            String why = String.valueOf(refused.getMessage());
            return why.contains("\n") ? "TOO LONG" : "refused: " + why;
        } catch (RuntimeException bug) {
            return "BUG " + bug;
        }
    }

    private static String openedUnjudged(Path work) {
        try (Environment environment = LmdbEnvironment.openUnjudged(work.resolve("lmdb"), SETTINGS);
                Environment.Reading reading = environment.reading()) {
            reading.begin();
            SPACES.forEach(space -> reading.scan(space, new byte[0], END, (key, value) -> true));
            return "taken";
        } catch (RuntimeException refused) {
            return "refused: " + refused;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (Stream<Path> old = Files.walk(to)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    private static void damage(Path file, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int some = 1 + random.nextInt(3); some > 0; some--) {
            int at = random.nextInt(bytes.length);
            int page = at / PAGE * PAGE;
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[page + random.nextInt(48)] = (byte) random.nextInt(); // The head of a page.
                case 2 -> bytes[random.nextInt(2) * PAGE + random.nextInt(160)] ^= (byte) (1 << random.nextInt(8));
                case 3 ->
                    java.util.Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(64)), (byte) -1);
                case 4 -> System.arraycopy(bytes, random.nextInt(bytes.length / PAGE) * PAGE, bytes, page, PAGE);
                default -> bytes = random.nextInt(4) == 0 ? java.util.Arrays.copyOf(bytes, Math.max(PAGE, at)) : bytes;
            }
        }
        Files.write(file, bytes);
    }
}
