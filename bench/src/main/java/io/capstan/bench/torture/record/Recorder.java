package io.capstan.bench.torture.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Writes a history while it happens. Thread-safe: lines stand in the order of their times. */
public final class Recorder implements AutoCloseable {
    private final long begin = System.nanoTime();
    private final BufferedWriter out;
    private final AtomicInteger processes = new AtomicInteger();
    private boolean closed;

    public Recorder(Path file) throws IOException {
        out = Files.newBufferedWriter(file);
    }

    /** A process that nobody was yet. */
    public int process() {
        return processes.getAndIncrement();
    }

    public synchronized long nanos() {
        return System.nanoTime() - begin;
    }

    /** Writes one line, unless the history is over; when it happened. */
    public synchronized long write(
            int process,
            Event.Type type,
            String f,
            @Nullable String key,
            @Nullable JsonNode value,
            @Nullable String node,
            @Nullable String error) {
        long now = nanos();
        if (closed) {
            return now;
        }
        try {
            out.write(Json.line(new Event(process, type, f, key, value, now, node, error)));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return now;
    }

    /** What is no client's: a fault, the end of the load. */
    public long remark(String f, JsonNode value) {
        return write(Event.NOBODY, Event.Type.INFO, f, null, value, null, null);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        out.close();
    }
}
