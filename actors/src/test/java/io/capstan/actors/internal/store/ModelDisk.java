package io.capstan.actors.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * A folder on a disk that loses what was not flushed: of every sector, any of the versions written since the last flush
 * may be what is left, whatever becomes of the others; of the names, the last changes. Thread-safe.
 */
final class ModelDisk implements Disk {
    static final int SECTOR = 512;

    /** Sees every system call before it is made; may throw, or wait. */
    interface Calls {
        void before(String call) throws IOException;
    }

    private static final class Content {
        byte[] now = new byte[0];
        byte[] durable = new byte[0];
        // Of sectors written since the last flush: all their versions, oldest first.
        final TreeMap<Integer, List<byte[]>> unflushed = new TreeMap<>();
    }

    private final Map<String, Content> names;
    // The names after each change since they were made durable; the first is durable.
    private final List<Map<String, Content>> nameHistory = new ArrayList<>();
    private final Calls calls;
    // Of writes past the kernel's cache; 0 when there is no such thing here.
    private final int page;

    ModelDisk(Calls calls) {
        this(calls, 0);
    }

    /** One whose files can be opened for writes past the kernel's cache, in units of {@code page}. */
    ModelDisk(Calls calls, int page) {
        this(calls, page, new TreeMap<>());
    }

    private ModelDisk(Calls calls, int page, Map<String, Content> names) {
        this.calls = calls;
        this.page = page;
        this.names = names;
        nameHistory.add(new TreeMap<>(names));
    }

    /**
     * What a machine finds that lost its power now. {@code choice} of n says which of n ways it went, 0 to n - 1; way 0
     * is always that nothing unflushed is left.
     */
    synchronized ModelDisk afterPowerCut(Calls next, IntUnaryOperator choice) {
        Map<String, Content> left = new TreeMap<>();
        nameHistory.get(choice.applyAsInt(nameHistory.size())).forEach((name, content) -> {
            Content kept = new Content();
            boolean grown = content.now.length != content.durable.length && choice.applyAsInt(2) == 1;
            kept.durable = Arrays.copyOf(content.durable, grown ? content.now.length : content.durable.length);
            content.unflushed.forEach((sector, versions) -> {
                int version = choice.applyAsInt(versions.size() + 1);
                int length = Math.min(SECTOR, kept.durable.length - sector * SECTOR);
                if (version > 0 && length > 0) {
                    System.arraycopy(versions.get(version - 1), 0, kept.durable, sector * SECTOR, length);
                }
            });
            kept.now = kept.durable.clone();
            left.put(name, kept);
        });
        return new ModelDisk(next, page, left);
    }

    /** What a new process finds after this one was killed: everything written, flushed or not. */
    synchronized ModelDisk afterKill(Calls next) {
        Map<String, Content> left = new TreeMap<>();
        names.forEach((name, content) -> {
            Content kept = new Content();
            kept.now = content.now.clone();
            kept.durable = content.now.clone();
            left.put(name, kept);
        });
        return new ModelDisk(next, page, left);
    }

    /** How many sectors have something unflushed. */
    synchronized int unflushed() {
        return names.values().stream()
                .mapToInt(content -> content.unflushed.size())
                .sum();
    }

    /** The bytes of a file, to be damaged. */
    synchronized byte[] bytes(String name) {
        return content(name).now;
    }

    private Content content(String name) {
        Content content = names.get(name);
        if (content == null) {
            throw new IllegalArgumentException("no file " + name);
        }
        return content;
    }

    private void changed() {
        nameHistory.add(new TreeMap<>(names));
    }

    @Override
    public Handle create(String name) throws IOException {
        calls.before("create " + name);
        synchronized (this) {
            if (names.putIfAbsent(name, new Content()) != null) {
                throw new java.nio.file.FileAlreadyExistsException(name);
            }
            changed();
            return new ModelHandle(name, content(name), false);
        }
    }

    @Override
    public synchronized Handle open(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new java.nio.file.NoSuchFileException(name);
        }
        return new ModelHandle(name, content, false);
    }

    @Override
    public synchronized Handle openThrough(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new java.nio.file.NoSuchFileException(name);
        }
        return new ModelHandle(name, content, page > 0);
    }

    @Override
    public synchronized boolean exists(String name) {
        return names.containsKey(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        calls.before("rename " + from);
        synchronized (this) {
            Content content = content(from);
            names.remove(from);
            names.put(to, content);
            changed();
        }
    }

    @Override
    public void delete(String name) throws IOException {
        calls.before("delete " + name);
        synchronized (this) {
            if (names.remove(name) != null) {
                changed();
            }
        }
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public void syncNames() throws IOException {
        calls.before("sync names");
        synchronized (this) {
            nameHistory.clear();
            changed();
        }
    }

    @Override
    public long usableBytes() {
        return 1L << 40;
    }

    private final class ModelHandle implements Handle {
        private final String name;
        private final Content content;
        private final boolean through;

        ModelHandle(String name, Content content, boolean through) {
            this.name = name;
            this.content = content;
            this.through = through;
        }

        @Override
        public int unit() {
            return through ? page : SECTOR;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            if (!bytes.isDirect()) {
                throw new IllegalArgumentException("not a direct buffer");
            }
            int unit = unit();
            boolean whole = position % unit == 0 && bytes.remaining() % unit == 0;
            if (through && !(whole && bytes.alignmentOffset(0, unit) == 0)) {
                throw new IllegalArgumentException("no multiple of " + unit);
            }
            calls.before("write " + name);
            put(bytes, position);
            if (through) {
                flush();
            }
        }

        private void put(ByteBuffer bytes, long position) {
            synchronized (ModelDisk.this) {
                int at = Math.toIntExact(position);
                int end = at + bytes.remaining();
                if (content.now.length < end) {
                    content.now = Arrays.copyOf(content.now, end);
                }
                bytes.get(content.now, at, end - at);
                for (int sector = at / SECTOR; sector * SECTOR < end; sector++) {
                    int from = sector * SECTOR;
                    content.unflushed
                            .computeIfAbsent(sector, none -> new ArrayList<>())
                            .add(Arrays.copyOfRange(content.now, from, from + SECTOR));
                }
            }
        }

        @Override
        public void read(ByteBuffer bytes, long position) {
            synchronized (ModelDisk.this) {
                int at = Math.toIntExact(position);
                int length = Math.max(0, Math.min(bytes.remaining(), content.now.length - at));
                bytes.put(content.now, at, length);
            }
        }

        @Override
        public void force() throws IOException {
            if (!through) {
                flush();
            }
        }

        private void flush() throws IOException {
            calls.before("force " + name);
            synchronized (ModelDisk.this) {
                content.unflushed.clear();
                content.durable = content.now.clone();
            }
        }

        @Override
        public long size() {
            synchronized (ModelDisk.this) {
                return content.now.length;
            }
        }

        @Override
        public void close() {}
    }

    /** A copy of the durable contents of all files, by name. */
    synchronized Map<String, byte[]> durable() {
        Map<String, byte[]> durable = new HashMap<>();
        names.forEach((name, content) -> durable.put(name, content.durable.clone()));
        return durable;
    }
}
