package io.capstan.actors.internal.link;

import io.capstan.actors.StartFailure;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that new links are made with: read again when a file has changed. A link that stands keeps its own, and
 * files that are no good, and stay so, change nothing and are told of once. Thread-safe.
 */
final class LinkCertificates {
    private static final Logger log = LoggerFactory.getLogger(LinkCertificates.class);

    private final TlsSettings settings;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile LinkTls current;
    // Guarded by looking.
    private List<Stamp> read;
    private @Nullable StartFailure bad;

    /** What shows that a file is another; nulls: it is not there. */
    private record Stamp(
            @Nullable Object modified,
            @Nullable Object bytes,
            @Nullable Object file) {}

    private LinkCertificates(TlsSettings settings) {
        this.settings = settings;
        // Before the content: what is written meanwhile is noticed later.
        this.read = stamps();
        this.current = LinkTls.read(settings);
    }

    /**
     * Reads them; null when TLS is off.
     *
     * @throws StartFailure as {@link LinkTls#read}
     */
    static @Nullable LinkCertificates open(TlsSettings settings) {
        return settings.enabled() ? new LinkCertificates(settings) : null;
    }

    LinkTls current() {
        return current;
    }

    /** Looks now and then from here on, on a thread of its own each time: a disk may be slow, and links must not wait. */
    // Justification: ends with the loop, and looks as long as that runs.
    @SuppressWarnings("FutureReturnValueIgnored")
    void watch(EventExecutor loop) {
        long nanos = settings.checkEvery().toNanos();
        loop.scheduleWithFixedDelay(
                () -> {
                    Thread thread = new Thread(this::look, "capstan-certificates");
                    thread.setDaemon(true);
                    thread.start();
                },
                nanos,
                nanos,
                TimeUnit.NANOSECONDS);
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
                current = LinkTls.read(settings);
                log.info("links are made with another certificate from now on: {}", current);
            } else if (bad != null) {
                // Not at the first look: three files are not replaced in one moment.
                log.warn(
                        "links are made with the former certificate, {}, as the new one is no good: {}",
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
