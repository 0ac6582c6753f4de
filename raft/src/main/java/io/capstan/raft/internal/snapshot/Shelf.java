package io.capstan.raft.internal.snapshot;

import io.capstan.actors.internal.store.Snapshots;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which snapshots of one group there are, and which may go. Blocks on the disk. Thread-safe. */
public final class Shelf {
    private final Snapshots files;
    private final String group;

    public Shelf(Snapshots files, String group) {
        this.files = files;
        this.group = group;
    }

    /** Begins the one that is said to be taken here. */
    public Snapshots.Draft create(long index, long term) {
        return create(taken(index, term));
    }

    Snapshots.Draft create(SnapshotName name) {
        return files.create(name.text());
    }

    SnapshotName taken(long index, long term) {
        return new SnapshotName(group, index, term, false);
    }

    SnapshotName received(long index, long term) {
        return new SnapshotName(group, index, term, true);
    }

    /** Newest last; of one index the received one last. */
    List<SnapshotName> all() {
        return files.list().stream()
                .map(file -> SnapshotName.of(group, file))
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingLong(SnapshotName::index).thenComparing(SnapshotName::received))
                .toList();
    }

    /** The newest's index; 0 without any. */
    long newest() {
        List<SnapshotName> all = all();
        return all.isEmpty() ? 0 : all.get(all.size() - 1).index();
    }

    /** Whether it holds none, of any index. */
    public boolean isEmpty() {
        return all().isEmpty();
    }

    /** The snapshot of exactly {@code index}; null when there is none. Of two it is always the same one. */
    public Snapshots.@Nullable Snapshot open(long index) {
        SnapshotName found = null;
        for (SnapshotName name : all()) {
            found = name.index() == index ? name : found;
        }
        return found == null ? null : files.open(found.text());
    }

    boolean has(SnapshotName name) {
        return all().contains(name);
    }

    /** Removes those before {@code index}, on which the log durably stands; newer ones may be about to take its place. */
    void prune(long index) {
        for (SnapshotName name : all()) {
            if (name.index() < index) {
                files.delete(name.text());
            }
        }
    }

    /** At a start: removes whatever the log does not stand on. */
    public void keepOnly(long index) {
        for (SnapshotName name : all()) {
            if (name.index() != index) {
                files.delete(name.text());
            }
        }
    }
}
