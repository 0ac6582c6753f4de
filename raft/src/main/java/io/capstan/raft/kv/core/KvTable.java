package io.capstan.raft.kv.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.raft.kv.KeyEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The map and its latest changes. Deterministic and total. */
public final class KvTable {
    /** Longest key, in bytes of UTF-8. */
    public static final int KEY_BYTES_MAX = 255;

    /** Conditions and operations of one command, at most. */
    public static final int PARTS_MAX = 128;

    /** Bytes of entries in one answer: it must fit one frame. */
    static final int ANSWER_BYTES_MAX = 56 * 1024;

    /** Bytes of one command's changes in an answer, which a frame has room for too. */
    static final int ONE_COMMAND_BYTES_MAX = 62 * 1024;

    /** What the changes remembered for watches may take. */
    private static final int CHANGES_MAX = 10_000;

    private static final long CHANGES_BYTES_MAX = 16L * 1024 * 1024;
    private static final int ENTRY_OVERHEAD_BYTES = 40;

    private SortedTree tree;
    private long version;
    // For watches only: replicas may remember differently, as one that was restored from a snapshot has none.
    private final ArrayDeque<KvReply.Change> changes = new ArrayDeque<>();
    private long changesBytes;
    private long forgottenUpTo;
    private List<KvReply.Change> latest = List.of();

    public KvTable() {
        tree = SortedTree.EMPTY;
    }

    private KvTable(SortedTree tree, long version) {
        this.tree = tree;
        this.version = version;
        forgottenUpTo = version;
    }

    /** Executes the command of that log index, which is the version of its changes. */
    public KvReply execute(KvCommand command, long index) {
        latest = List.of();
        String refusal = refusal(command);
        if (refusal != null) {
            return new KvReply.Refused(refusal);
        }
        boolean held = command.conditions().stream().allMatch(this::holds);
        List<Optional<KeyEntry>> entries = new ArrayList<>();
        long bytes = 0;
        SortedTree before = tree;
        List<KvReply.Change> made = new ArrayList<>();
        for (KvCommand.Operation operation : held ? command.then() : command.otherwise()) {
            KeyEntry entry = perform(operation, index, made);
            bytes += entry == null ? 0 : bytes(entry);
            entries.add(Optional.ofNullable(entry));
        }
        if (bytes > ANSWER_BYTES_MAX) {
            tree = before;
            return new KvReply.Refused("an answer of " + bytes + " bytes; the most is " + ANSWER_BYTES_MAX);
        }
        latest = made;
        if (!made.isEmpty()) {
            version = index;
            made.forEach(this::remember);
        }
        return new KvReply.Done(held, index, entries);
    }

    private static @Nullable String refusal(KvCommand command) {
        int parts = command.conditions().size()
                + command.then().size()
                + command.otherwise().size();
        if (parts > PARTS_MAX) {
            return parts + " conditions and operations; the most is " + PARTS_MAX;
        }
        boolean sound = command.conditions().stream().allMatch(condition -> isKey(condition.key()))
                && command.then().stream().allMatch(operation -> isKey(operation.key()))
                && command.otherwise().stream().allMatch(operation -> isKey(operation.key()));
        return sound ? null : "a key has 1 to " + KEY_BYTES_MAX + " bytes";
    }

    private static boolean isKey(String key) {
        return !key.isEmpty() && key.getBytes(UTF_8).length <= KEY_BYTES_MAX;
    }

    private boolean holds(KvCommand.Condition condition) {
        KeyEntry entry = tree.get(condition.key());
        if (condition instanceof KvCommand.Condition.VersionIs is) {
            return is.version() == (entry == null ? 0 : entry.version());
        }
        return entry != null && Arrays.equals(entry.value(), ((KvCommand.Condition.ValueIs) condition).value());
    }

    private @Nullable KeyEntry perform(KvCommand.Operation operation, long index, List<KvReply.Change> made) {
        KeyEntry old = tree.get(operation.key());
        if (operation instanceof KvCommand.Operation.Put put) {
            KeyEntry entry = new KeyEntry(put.key(), put.value(), index, old == null ? index : old.created());
            tree = tree.with(entry);
            made.add(new KvReply.Change(put.key(), index, Optional.of(entry)));
            return null;
        }
        if (operation instanceof KvCommand.Operation.Delete && old != null) {
            tree = tree.without(old.key());
            made.add(new KvReply.Change(old.key(), index, Optional.empty()));
        }
        return old;
    }

    private void remember(KvReply.Change change) {
        changes.add(change);
        changesBytes += bytes(change);
        while (changes.size() > CHANGES_MAX || changesBytes > CHANGES_BYTES_MAX) {
            KvReply.Change oldest = changes.remove();
            changesBytes -= bytes(oldest);
            forgottenUpTo = oldest.version();
        }
    }

    private static long bytes(KeyEntry entry) {
        return ENTRY_OVERHEAD_BYTES + 3L * entry.key().length() + entry.value().length;
    }

    private static long bytes(KvReply.Change change) {
        return ENTRY_OVERHEAD_BYTES
                + 3L * change.key().length()
                + change.entry().map(KvTable::bytes).orElse(0L);
    }

    /** Answers without changing anything. */
    public KvReply answer(KvQuery query) {
        if (query instanceof KvQuery.Get get) {
            KeyEntry entry = tree.get(get.key());
            return new KvReply.Entries(entry == null ? List.of() : List.of(entry), false);
        }
        if (query instanceof KvQuery.Range range) {
            return range(range);
        }
        return changes((KvQuery.Changes) query);
    }

    /** Whether the answer would be that nothing has changed. */
    public boolean isToWait(KvQuery query) {
        return query instanceof KvQuery.Changes asked
                && asked.after() >= forgottenUpTo
                && since(asked).isEmpty();
    }

    /** Keys that the command executed last has changed. */
    public Set<String> changed() {
        return latest.stream().map(KvReply.Change::key).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private KvReply range(KvQuery.Range range) {
        List<KeyEntry> found = new ArrayList<>();
        long[] bytes = {0};
        boolean[] more = {false};
        tree.visit(range.from(), range.to(), entry -> {
            bytes[0] += bytes(entry);
            boolean fits = found.isEmpty() || bytes[0] <= ANSWER_BYTES_MAX;
            if (!fits || found.size() >= Math.max(1, range.max())) {
                more[0] = true;
                return false;
            }
            return found.add(entry);
        });
        return new KvReply.Entries(found, more[0]);
    }

    private KvReply changes(KvQuery.Changes asked) {
        if (asked.after() < forgottenUpTo) {
            return new KvReply.Changed(List.of(), false, true);
        }
        List<KvReply.Change> found = new ArrayList<>();
        long bytes = 0;
        for (KvReply.Change change : since(asked)) {
            bytes += bytes(change);
            if (bytes > ANSWER_BYTES_MAX && !found.isEmpty() && found.get(0).version() < change.version()) {
                // The cut is between two commands: half of one is never shown.
                found.removeIf(earlier -> earlier.version() == change.version());
                return new KvReply.Changed(found, true, false);
            }
            found.add(change);
        }
        // One alone may be longer than it was in the log, which names each key once: whoever asks has to read all keys.
        boolean fits = bytes <= ANSWER_BYTES_MAX
                || found.stream().mapToLong(KvTable::told).sum() <= ONE_COMMAND_BYTES_MAX;
        return fits ? new KvReply.Changed(found, false, false) : new KvReply.Changed(List.of(), false, true);
    }

    /** Bytes of a change in an answer, at most. */
    private static long told(KvReply.Change change) {
        int key = change.key().getBytes(UTF_8).length;
        long value = change.entry().map(entry -> key + entry.value().length).orElse(0);
        return ENTRY_OVERHEAD_BYTES + key + value;
    }

    /** Oldest first, and found from the newest: a watch that is up to date asks for the last of ten thousand. */
    private Deque<KvReply.Change> since(KvQuery.Changes asked) {
        Deque<KvReply.Change> found = new ArrayDeque<>();
        Iterator<KvReply.Change> newest = changes.descendingIterator();
        while (newest.hasNext()) {
            KvReply.Change change = newest.next();
            if (change.version() <= asked.after()) {
                break;
            }
            if (change.key().startsWith(asked.prefix())) {
                found.addFirst(change);
            }
        }
        return found;
    }

    /** How many keys there are. */
    public int size() {
        return tree.size();
    }

    /** All of it at one moment; immutable, and taken at once. */
    public Image image() {
        return new Image(tree, version);
    }

    /** A table at one moment. */
    public static final class Image {
        private final SortedTree tree;
        private final long version;

        private Image(SortedTree tree, long version) {
            this.tree = tree;
            this.version = version;
        }

        /** Of its last change. */
        public long version() {
            return version;
        }

        public int size() {
            return tree.size();
        }

        /** Visits all entries in order. */
        public void visit(java.util.function.Consumer<KeyEntry> visitor) {
            tree.visit("", "", entry -> {
                visitor.accept(entry);
                return true;
            });
        }
    }

    /** Makes a table of entries. */
    public static final class Builder {
        private SortedTree tree = SortedTree.EMPTY;

        public Builder add(KeyEntry entry) {
            tree = tree.with(entry);
            return this;
        }

        public KvTable build(long version) {
            return new KvTable(tree, version);
        }
    }
}
