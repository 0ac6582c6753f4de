package io.capstan.actors.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges LMDB's file before LMDB maps it.
 *
 * <p>LMDB's pages have no checksums, and it believes what they say: a damaged one is a failed assertion or a segmentation
 * fault, of the whole process, in the middle of a read. So all that it would follow is followed here first, within bounds:
 * both meta pages, every page of every tree, every node's place, every key's order, every count, and the list of free pages,
 * none of which may be in use. What a record says is not looked at: whoever wrote it has a checksum of his own in it.
 *
 * <p>The layout is that of LMDB 0.9 (data version 1), in the machine's byte order, without duplicates and fixed maps:
 * {@code mdb.c}, "Page format" and "MDB_meta".
 */
final class LmdbPages {
    private static final int MAGIC = 0xBEEFC0DE;
    private static final int VERSION = 1;
    private static final int PAGE_HEADER = 16;
    private static final int NODE_HEADER = 8;
    private static final int DB_BYTES = 48;
    private static final int DEPTH_MAX = 32;
    private static final int KEY_BYTES_MAX = 511;
    private static final long NO_PAGE = -1;
    private static final int META_PAGES = 2;

    // Of pages.
    private static final int BRANCH = 1;
    private static final int LEAF = 2;
    private static final int OVERFLOW = 4;
    private static final int META = 8;
    // Of nodes.
    private static final int BIG = 1;
    private static final int SUB = 2;
    // Of trees: keys are numbers.
    private static final int INTEGER_KEYS = 8;

    private final FileChannel file;
    private final BitSet used = new BitSet();
    private int pageBytes = 4096;
    private long last;
    private long lastTransaction;

    /** What is wrong. */
    private static final class Damage extends Exception {
        private static final long serialVersionUID = 1;

        Damage(String what) {
            super(what, null, false, false);
        }
    }

    /** As in a page: flags, depth, numbers of pages and entries, root. */
    private record Tree(int flags, int depth, long branches, long leaves, long overflows, long entries, long root) {}

    /** The way through one tree: what its pages amount to so far, and one buffer for each level. */
    private static final class Walk {
        final Kind kind;
        final ByteBuffer[] levels;
        long branches;
        long leaves;
        long overflows;
        long entries;

        Walk(Kind kind, int depth, int pageBytes) {
            this.kind = kind;
            levels = new ByteBuffer[depth];
            Arrays.setAll(levels, level -> ByteBuffer.allocate(pageBytes).order(ByteOrder.nativeOrder()));
        }
    }

    /** Which tree a leaf is of decides what its nodes may hold. */
    private enum Kind {
        FREE,
        MAIN,
        SPACE
    }

    private LmdbPages(FileChannel file) {
        this.file = file;
    }

    /**
     * What is wrong with the file {@code data.mdb}; null when nothing is, or when there is none yet. Reads every page but
     * the insides of large values.
     */
    static @Nullable String judge(Path dataFile) throws IOException {
        if (!Files.exists(dataFile) || Files.size(dataFile) == 0) {
            return null;
        }
        try (FileChannel file = FileChannel.open(dataFile, StandardOpenOption.READ)) {
            new LmdbPages(file).all();
            return null;
        } catch (Damage damage) {
            return damage.getMessage();
        }
    }

    private void all() throws IOException, Damage {
        ByteBuffer first = meta(0);
        pageBytes = first.getInt(PAGE_HEADER + 24);
        if (pageBytes < 512 || pageBytes > 65536 || Integer.bitCount(pageBytes) != 1) {
            throw new Damage("a page size of " + pageBytes);
        }
        ByteBuffer second = meta(1);
        long of0 = first.getLong(PAGE_HEADER + 128);
        long of1 = second.getLong(PAGE_HEADER + 128);
        boolean follow = (of0 == 0 && of1 == 0) || (Math.abs(of0 - of1) == 1 && of0 % 2 == 0);
        // A transaction's number says in which of the two it is; else an older state would pass for the newest.
        if (of0 < 0 || of1 < 0 || !follow) {
            throw new Damage("meta pages of transactions " + of0 + " and " + of1);
        }
        ByteBuffer newest = of1 > of0 ? second : first;
        last = newest.getLong(PAGE_HEADER + 120);
        lastTransaction = Math.max(of0, of1);
        if (last < 1 || last >= Integer.MAX_VALUE) {
            throw new Damage("a last page " + last);
        }
        Tree free = tree(newest, PAGE_HEADER + 24);
        Tree main = tree(newest, PAGE_HEADER + 72);
        require(free.flags() == INTEGER_KEYS && main.flags() == 0, "meta page", "the flags of its trees");
        used.set(0, META_PAGES);
        walk(main, Kind.MAIN);
        // Last: what is free must not be in use.
        walk(free, Kind.FREE);
    }

    private ByteBuffer meta(int number) throws IOException, Damage {
        ByteBuffer page = ByteBuffer.allocate(PAGE_HEADER + 136).order(ByteOrder.nativeOrder());
        fill(page, (long) number * pageBytes, number);
        require((page.getShort(10) & 0xffff) == META, number, "its kind");
        require(page.getInt(PAGE_HEADER) == MAGIC && page.getInt(PAGE_HEADER + 4) == VERSION, number, "its mark");
        if (number > 0) {
            require(page.getInt(PAGE_HEADER + 24) == pageBytes, number, "its page size");
        }
        return page;
    }

    private void fill(ByteBuffer into, long position, long number) throws IOException, Damage {
        into.clear();
        while (into.hasRemaining()) {
            if (file.read(into, position + into.position()) < 0) {
                throw new Damage("page " + number + " is beyond the end of the file");
            }
        }
    }

    private static Tree tree(ByteBuffer from, int at) {
        return new Tree(
                from.getShort(at + 4) & 0xffff,
                from.getShort(at + 6) & 0xffff,
                from.getLong(at + 8),
                from.getLong(at + 16),
                from.getLong(at + 24),
                from.getLong(at + 32),
                from.getLong(at + 40));
    }

    private void walk(Tree tree, Kind kind) throws IOException, Damage {
        require(tree.depth() <= DEPTH_MAX, "a tree", "its depth of " + tree.depth());
        require((tree.depth() == 0) == (tree.root() == NO_PAGE), "a tree", "its root");
        Walk walk = new Walk(kind, tree.depth(), pageBytes);
        if (tree.depth() > 0) {
            page(walk, tree.root(), tree.depth(), null, null);
        }
        boolean counted = tree.branches() == walk.branches
                && tree.leaves() == walk.leaves
                && tree.overflows() == walk.overflows
                && tree.entries() == walk.entries;
        require(counted, "a tree", "the number of its pages or entries");
    }

    /** Everything below a page that is {@code depth} levels above nothing; its keys are from {@code low}, below {@code high}. */
    private void page(Walk walk, long number, int depth, byte @Nullable [] low, byte @Nullable [] high)
            throws IOException, Damage {
        take(number, 1);
        ByteBuffer page = walk.levels[depth - 1];
        fill(page, number * pageBytes, number);
        int flags = page.getShort(10) & 0xffff;
        int lower = page.getShort(12) & 0xffff;
        int upper = page.getShort(14) & 0xffff;
        require(page.getLong(0) == number, number, "its number");
        require(flags == (depth == 1 ? LEAF : BRANCH), number, "its kind");
        require(lower > PAGE_HEADER && lower % 2 == 0 && lower <= upper && upper <= pageBytes, number, "its bounds");
        int nodes = (lower - PAGE_HEADER) / 2;
        nodesInPlace(page, number, nodes, upper, depth == 1);
        if (depth == 1) {
            walk.leaves++;
            leaf(walk, page, number, nodes, low, high);
            return;
        }
        walk.branches++;
        byte[] from = low;
        for (int node = 0; node < nodes; node++) {
            int at = page.getShort(PAGE_HEADER + 2 * node) & 0xffff;
            long child = (page.getInt(at) & 0xffffffffL) | (page.getShort(at + 4) & 0xffffL) << 32;
            byte[] to = node + 1 < nodes ? key(page, page.getShort(PAGE_HEADER + 2 * node + 2) & 0xffff) : high;
            require(from == null || to == null || compare(walk.kind, from, to) < 0, number, "the order of its keys");
            page(walk, child, depth - 1, from, to);
            from = to;
        }
    }

    /** Every node is within the page, and together they fill what the page says is full. */
    private void nodesInPlace(ByteBuffer page, long number, int nodes, int upper, boolean leaf) throws Damage {
        long bytes = 0;
        for (int node = 0; node < nodes; node++) {
            int at = page.getShort(PAGE_HEADER + 2 * node) & 0xffff;
            require(at >= upper && at % 2 == 0 && at + NODE_HEADER <= pageBytes, number, "a node's place");
            int key = page.getShort(at + 6) & 0xffff;
            require(key <= KEY_BYTES_MAX, number, "a key's length");
            long size = (long) NODE_HEADER + key;
            if (leaf) {
                boolean big = (page.getShort(at + 4) & BIG) != 0;
                size += big ? Long.BYTES : page.getInt(at) & 0xffffffffL;
            }
            require(at + size <= pageBytes, number, "a node's length");
            bytes += size + size % 2;
        }
        require(bytes == pageBytes - upper, number, "the room its nodes take");
    }

    private void leaf(Walk walk, ByteBuffer page, long number, int nodes, byte @Nullable [] low, byte @Nullable [] high)
            throws IOException, Damage {
        Kind kind = walk.kind;
        byte[] before = null;
        walk.entries += nodes;
        for (int node = 0; node < nodes; node++) {
            int at = page.getShort(PAGE_HEADER + 2 * node) & 0xffff;
            int flags = page.getShort(at + 4) & 0xffff;
            byte[] key = key(page, at);
            require(kind == Kind.FREE ? key.length == Long.BYTES : key.length > 0, number, "a key's length");
            boolean ordered =
                    (before == null ? low == null || compare(kind, low, key) <= 0 : compare(kind, before, key) < 0)
                            && (high == null || compare(kind, key, high) < 0);
            require(ordered, number, "the order of its keys");
            before = key;
            require(kind == Kind.MAIN ? flags == SUB : flags == 0 || flags == BIG, number, "a node's kind");
            int value = at + NODE_HEADER + key.length;
            int length = page.getInt(at);
            if (kind == Kind.MAIN) {
                require(length == DB_BYTES, number, "a tree's length");
                Tree tree = tree(page.slice(value, DB_BYTES).order(ByteOrder.nativeOrder()), 0);
                require(tree.flags() == 0, number, "a tree's flags");
                walk(tree, Kind.SPACE);
            } else if (flags == BIG) {
                overflow(walk, page.getLong(value), length & 0xffffffffL, number, key);
            } else if (kind == Kind.FREE) {
                free(page.slice(value, length).order(ByteOrder.nativeOrder()), number, key);
            }
        }
    }

    private void overflow(Walk walk, long first, long length, long of, byte[] key) throws IOException, Damage {
        require(first >= META_PAGES && first <= last && !used.get((int) first), of, "the place of a large value");
        ByteBuffer head = ByteBuffer.allocate(PAGE_HEADER).order(ByteOrder.nativeOrder());
        fill(head, first * pageBytes, first);
        long pages = head.getInt(12) & 0xffffffffL;
        boolean right = head.getLong(0) == first && (head.getShort(10) & 0xffff) == OVERFLOW;
        require(right && pages >= 1 && pages * pageBytes >= PAGE_HEADER + length, first, "its kind or its length");
        take(first, pages);
        require((first + pages) * pageBytes <= file.size(), first, "its length");
        walk.overflows += pages;
        if (walk.kind == Kind.FREE) {
            require(length <= (last + 1) * Long.BYTES, of, "the length of a list of free pages");
            ByteBuffer list = ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.nativeOrder());
            fill(list, first * pageBytes + PAGE_HEADER, first);
            free(list.flip(), first, key);
        }
    }

    /** A list of free pages: how many, then their numbers, falling. */
    private void free(ByteBuffer list, long of, byte[] key) throws Damage {
        long since = ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getLong();
        require(since > 0 && since <= lastTransaction, of, "the transaction of a list of free pages");
        long pages = list.remaining() < Long.BYTES ? -1 : list.getLong();
        require(pages >= 0 && pages <= list.remaining() / Long.BYTES, of, "the length of a list of free pages");
        long before = Long.MAX_VALUE;
        for (long i = 0; i < pages; i++) {
            long page = list.getLong();
            require(page < before, of, "the order of a list of free pages");
            take(page, 1);
            before = page;
        }
    }

    /** Each page belongs to one tree, or is free once. */
    private void take(long number, long pages) throws Damage {
        if (number < META_PAGES || pages < 1 || number + pages - 1 > last) {
            throw new Damage("a page " + number + " where the last is " + last);
        }
        int next = used.nextSetBit((int) number);
        if (next >= 0 && next < number + pages) {
            throw new Damage("page " + next + " is used twice");
        }
        used.set((int) number, (int) (number + pages));
    }

    private byte[] key(ByteBuffer page, int at) {
        byte[] key = new byte[page.getShort(at + 6) & 0xffff];
        page.get(at + NODE_HEADER, key);
        return key;
    }

    private static int compare(Kind kind, byte[] a, byte[] b) {
        if (kind != Kind.FREE) {
            return Arrays.compareUnsigned(a, b);
        }
        if (a.length != Long.BYTES || b.length != Long.BYTES) {
            return 1;
        }
        return Long.compareUnsigned(
                ByteBuffer.wrap(a).order(ByteOrder.nativeOrder()).getLong(),
                ByteBuffer.wrap(b).order(ByteOrder.nativeOrder()).getLong());
    }

    private static void require(boolean holds, long page, String what) throws Damage {
        require(holds, "page " + page, what);
    }

    private static void require(boolean holds, String where, String what) throws Damage {
        if (!holds) {
            throw new Damage(where + ": " + what + " cannot be");
        }
    }
}
