package io.capstan.actors.internal.tls;

import io.capstan.actors.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that new connections are made with: read again when a file has changed. One that stands keeps its own, and
 * files that are no good, and stay so, change nothing and are told of once. Thread-safe.
 */
public final class Certificates {
    private static final Logger log = LoggerFactory.getLogger(Certificates.class);

    private final TlsSettings settings;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile NodeTls current;
    // Guarded by looking.
    private List<Stamp> read;
    private @Nullable StartFailure bad;

    /** What shows that a file is another; nulls: it is not there. */
    private record Stamp(
            @Nullable Object modified,
            @Nullable Object bytes,
            @Nullable Object file) {}

    /** What calls a task again and again, as long as it runs itself. */
    public interface Clock {
        /** The first time after one {@code period}. */
        void every(Duration period, Runnable task);
    }

    private Certificates(TlsSettings settings) {
        this.settings = settings;
        // Before the content: what is written meanwhile is noticed later.
        this.read = stamps();
        this.current = NodeTls.read(settings);
    }

    /**
     * Reads them; null when TLS is off.
     *
     * @throws StartFailure as {@link NodeTls#read}
     */
    public static @Nullable Certificates open(TlsSettings settings) {
        return settings.enabled() ? new Certificates(settings) : null;
    }

    /** Whether a node's certificate must have the node's name. */
    public boolean named() {
        return !settings.node().isEmpty();
    }

    /** What a connection that begins now is made with. */
    public NodeTls current() {
        return current;
    }

    /** Looks now and then from here on, on a thread of its own each time: a disk may be slow, and nobody must wait for it. */
    public void watch(Clock clock) {
        clock.every(settings.checkEvery(), () -> {
            Thread thread = new Thread(this::look, "capstan-certificates");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void look() {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        try {
            List<Stamp> now = stamps();
            if (!now.equals(read)) {
                read = now;
                bad = null;
                current = NodeTls.read(settings);
                log.atInfo()
                        .addKeyValue("certificate", current)
                        .log("connections are made with another certificate from now on: {}", current);
            } else if (bad != null) {
                // Not at the first look: three files are not replaced in one moment.
                log.atWarn()
                        .addKeyValue("certificate", current)
                        .addKeyValue("reason", bad.getMessage())
                        .log(
                                "connections are made with the former certificate, {}, as the new one is no good: {}",
                                current,
                                bad.getMessage());
                bad = null;
            }
        } catch (StartFailure untold) {
            bad = untold;
        } finally {
            looking.set(false);
        }
    }

    private List<Stamp> stamps() {
        return List.of(stamp(settings.certificate()), stamp(settings.key()), stamp(settings.authority()));
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
        } catch (IOException e) {
            return new Stamp(null, null, null);
        }
    }
}
