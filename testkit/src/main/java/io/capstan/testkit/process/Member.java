package io.capstan.testkit.process;

import io.capstan.testkit.DiskFault;
import io.capstan.testkit.DiskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One member of a {@link ProcessCluster}: its process, and what is done to it alone. */
final class Member implements AutoCloseable {
    private final Place place;
    private final FileDamage files;
    private final @Nullable ClockShim clock;
    private final @Nullable DiskShim shim;
    private final @Nullable Disk disk;
    private @Nullable ChildProcess child;
    private long pausedUntil;
    private boolean full;

    /**
     * Does not run yet.
     *
     * @param megabytes of its disk, if it has one of its own
     */
    Member(Place place, Set<Instrument> instruments, int megabytes, Random random) throws IOException {
        this.place = place;
        Path directory = place.directory();
        Path parent = Objects.requireNonNull(directory.toAbsolutePath().getParent());
        files = new FileDamage(directory, beside(".saved"), random);
        clock = instruments.contains(Instrument.CLOCKS) ? new ClockShim(parent, beside(".clock")) : null;
        shim = instruments.contains(Instrument.DISK_SHIM)
                ? new DiskShim(parent, beside(".shim").toAbsolutePath(), directory.toAbsolutePath())
                : null;
        disk = instruments.contains(Instrument.POWER)
                ? Disk.withPower(directory, megabytes)
                : instruments.contains(Instrument.SMALL_DISKS) ? Disk.small(directory, megabytes) : null;
    }

    private Path beside(String ending) {
        return place.directory().resolveSibling(place.name() + ending).toAbsolutePath();
    }

    Place place() {
        return place;
    }

    /** The one that runs, or the last that did. */
    synchronized @Nullable ChildProcess child() {
        return child;
    }

    synchronized boolean isRunning() {
        return child != null && child.isAlive();
    }

    synchronized ChildProcess start(List<String> command) throws IOException {
        Map<String, String> environment = new HashMap<>();
        if (clock != null) {
            environment.putAll(clock.environment());
        }
        if (shim != null) {
            shim.environment()
                    .forEach((key, value) -> environment.merge(key, value, (one, other) -> one + ":" + other));
        }
        ChildProcess started = ChildProcess.start(place.directory(), environment, command);
        child = started;
        pausedUntil = System.nanoTime();
        return started;
    }

    synchronized void pause(long until) throws IOException {
        if (child != null) {
            child.pause(true);
            pausedUntil = until - pausedUntil > 0 ? until : pausedUntil;
        }
    }

    /** Unless somebody has paused it for longer meanwhile. */
    synchronized void goOn(ChildProcess paused) throws IOException {
        if (paused == child && System.nanoTime() - pausedUntil >= 0) {
            paused.pause(false);
        }
    }

    void clock(Duration offset) throws IOException {
        if (clock == null) {
            throw new UnsupportedOperationException(
                    "clock " + place.name() + ": no clocks were asked for, or there are none");
        }
        clock.set(offset);
    }

    synchronized void disk(DiskState state) throws IOException {
        String fault = "disk " + place.name() + " " + state + ": ";
        if (state instanceof DiskState.Ok) {
            healDisk();
        } else if (state instanceof DiskState.Full) {
            if (disk == null) {
                throw new UnsupportedOperationException(fault + "it has no disk of its own");
            }
            disk.full(true);
            full = true;
        } else if (shim == null) {
            throw new UnsupportedOperationException(fault + "no disk shim was asked for, or there is none");
        } else {
            shim.set(state);
        }
    }

    /** Its clock and its disk; not what was damaged. */
    synchronized void heal() throws IOException {
        if (clock != null) {
            clock.set(Duration.ZERO);
        }
        healDisk();
    }

    private void healDisk() throws IOException {
        if (shim != null) {
            shim.set(new DiskState.Ok());
        }
        if (full && disk != null) {
            disk.full(false);
            full = false;
        }
    }

    void kill() throws IOException {
        ChildProcess running = child();
        if (running != null) {
            running.kill();
        }
    }

    void powerCut() throws IOException {
        if (disk == null) {
            throw new UnsupportedOperationException("power-cut " + place.name() + ": it has no disk of its own");
        }
        disk.powerOff();
        kill();
        disk.powerOn();
    }

    String save() throws IOException {
        return files.save();
    }

    String damage(DiskFault.Damage.Kind kind) throws IOException {
        if (isRunning()) {
            throw new IllegalStateException(kind + " " + place.name() + ": it runs; kill it before");
        }
        return files.damage(kind);
    }

    @Override
    public void close() throws IOException {
        kill();
        if (disk != null) {
            disk.close();
        }
    }
}
