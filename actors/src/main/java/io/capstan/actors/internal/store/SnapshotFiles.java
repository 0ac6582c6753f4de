package io.capstan.actors.internal.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots in a folder: {@code NAME.snapshot} when sealed, {@code NAME.draft} before. A capital letter is written as
 * {@code +} and the small one, so that names stay apart on a file system that does not tell them apart.
 */
public final class SnapshotFiles implements Snapshots {
    private static final String SEALED = ".snapshot";
    private static final String DRAFT = ".draft";

    private final Disk disk;
    private final long freeBytesMin;
    private final LongSupplier identities;
    private final Set<String> drafts = new HashSet<>();

    /**
     * Those in {@code folder}, which is made when it is not there; drafts that a crash left are removed.
     *
     * @param freeBytesMin drafts leave this much of the disk free, for what has to be written on a full one
     * @throws StoreFailure FAILED
     */
    public static Snapshots open(Path folder, long freeBytesMin) {
        try {
            SnapshotFiles files = new SnapshotFiles(Folder.in(folder), freeBytesMin, new SecureRandom()::nextLong);
            files.deleteDrafts();
            return files;
        } catch (IOException failed) {
            throw failure("the folder of snapshots cannot be used", failed);
        }
    }

    /** To be read only: nothing in {@code folder} is changed. */
    static Snapshots inspect(Path folder) throws IOException {
        return new SnapshotFiles(Folder.in(folder), 0, new SecureRandom()::nextLong);
    }

    SnapshotFiles(Disk disk, long freeBytesMin, LongSupplier identities) {
        this.disk = disk;
        this.freeBytesMin = freeBytesMin;
        this.identities = identities;
    }

    /** What a crash has left of them. */
    void deleteDrafts() throws IOException {
        for (String file : disk.list()) {
            if (file.endsWith(DRAFT)) {
                disk.delete(file);
            }
        }
    }

    @Override
    public Draft create(String name) {
        String file = fileName(name);
        synchronized (this) {
            try {
                if (disk.exists(file + SEALED) || !drafts.add(file)) {
                    throw new IllegalArgumentException("there is a snapshot " + name + " already");
                }
            } catch (IOException failed) {
                throw failure("snapshot " + name + " cannot be made", failed);
            }
        }
        try {
            return new SnapshotDraft(this, file, disk.create(file + DRAFT), identities.getAsLong());
        } catch (IOException failed) {
            discard(file);
            throw failure("snapshot " + name + " cannot be made", failed);
        }
    }

    @Override
    public @Nullable Snapshot open(String name) {
        String file = fileName(name) + SEALED;
        try {
            if (!disk.exists(file)) {
                return null;
            }
            return SnapshotReader.open(name, disk.open(file));
        } catch (NoSuchFileException | FileNotFoundException deletedMeanwhile) {
            return null;
        } catch (IOException failed) {
            throw failure("snapshot " + name + " cannot be read", failed);
        }
    }

    @Override
    public List<String> list() {
        try {
            return disk.list().stream()
                    .filter(file -> file.endsWith(SEALED))
                    .map(file -> name(file.substring(0, file.length() - SEALED.length())))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw failure("the snapshots cannot be listed", failed);
        }
    }

    @Override
    public void delete(String name) {
        try {
            disk.delete(fileName(name) + SEALED);
            disk.syncNames();
        } catch (IOException failed) {
            throw failure("snapshot " + name + " cannot be removed", failed);
        }
    }

    /** Called before every block of a draft. */
    void requireRoom() throws IOException {
        if (disk.usableBytes() < freeBytesMin) {
            throw new StoreFailure(
                    StoreFailure.Kind.DISK_FULL,
                    "a snapshot would leave less of the disk than capstan.actors.store.snapshot-free-bytes-min = "
                            + freeBytesMin + ": make room");
        }
    }

    void sealed(String file) throws IOException {
        disk.rename(file + DRAFT, file + SEALED);
        disk.syncNames();
        synchronized (this) {
            drafts.remove(file);
        }
    }

    void discard(String file) {
        try {
            disk.delete(file + DRAFT);
        } catch (IOException later) {
            // The next start removes it.
        }
        synchronized (this) {
            drafts.remove(file);
        }
    }

    static StoreFailure failure(String what, IOException cause) {
        if (StoreFailure.isWantOfRoom(cause)) {
            return new StoreFailure(StoreFailure.Kind.DISK_FULL, what + " (" + cause.getMessage() + "): make room");
        }
        return new StoreFailure(StoreFailure.Kind.FAILED, what + " (" + cause + ")");
    }

    private static String fileName(String name) {
        if (name.length() > NAME_LENGTH_MAX || !name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "a snapshot's name has 1 to " + NAME_LENGTH_MAX + " of A-Z a-z 0-9 . _ -, got \"" + name + "\"");
        }
        StringBuilder file = new StringBuilder(2 * name.length());
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (letter >= 'A' && letter <= 'Z') {
                file.append('+').append((char) (letter - 'A' + 'a'));
            } else {
                file.append(letter);
            }
        }
        return file.toString();
    }

    private static String name(String file) {
        StringBuilder name = new StringBuilder(file.length());
        for (int i = 0; i < file.length(); i++) {
            char letter = file.charAt(i);
            name.append(letter == '+' && i + 1 < file.length() ? (char) (file.charAt(++i) - 'a' + 'A') : letter);
        }
        return name.toString();
    }
}
