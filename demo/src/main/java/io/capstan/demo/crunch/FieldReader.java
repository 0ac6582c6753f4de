package io.capstan.demo.crunch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads one field of each line of a chunk, as {@code awk '{print $N}'} in the C locale would: fields are separated by
 * runs of spaces and tabs, leading ones do not count, a line with too few fields has the empty value. Field 0 is the
 * whole line. Memory is bounded by the longest value, not by the longest line.
 */
public final class FieldReader {
    /** Sees the values as they are read. */
    public interface Values {
        /** {@code bytes} are the caller's to keep; they stand in the file at {@code offset}. */
        void value(byte[] bytes, long offset);
    }

    /** Longest value, in bytes. */
    public static final int VALUE_BYTES_MAX = 1 << 20;

    private static final int END = -1;
    private static final int BUFFER_BYTES = 1 << 16;

    private final int field;
    private byte[] value = new byte[256];
    private int length;
    private long start;

    /** Reads the field with this number; the first is 1. */
    public FieldReader(int field) {
        this.field = field;
    }

    /**
     * Calls {@code values} once per line of the chunk; returns how many lines that were.
     *
     * @throws IOException when the file cannot be read, or a value is longer than {@link #VALUE_BYTES_MAX}
     */
    public long read(Chunk chunk, Values values) throws IOException {
        // One byte before the chunk tells whether its first byte starts a line.
        long from = Math.max(0, chunk.offset() - 1);
        try (FileChannel channel = FileChannel.open(Path.of(chunk.file()))) {
            channel.position(from);
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
            long at = from;
            if (chunk.offset() > 0) {
                int c;
                do {
                    c = in.read();
                    at++;
                } while (c != '\n' && c != END);
            }
            long lines = 0;
            while (at < chunk.end()) {
                long read = line(in, chunk, at);
                if (read == 0) {
                    break;
                }
                at += read;
                lines++;
                values.value(Arrays.copyOf(value, length), start);
            }
            return lines;
        }
    }

    /** Reads the line at {@code at}, leaves its field in {@link #value}; returns its bytes with the newline, 0 at the end. */
    private long line(InputStream in, Chunk chunk, long at) throws IOException {
        length = 0;
        start = at;
        long read = 0;
        int current = 0;
        boolean inField = false;
        int c;
        while ((c = in.read()) != END) {
            read++;
            if (c == '\n') {
                return read;
            }
            boolean blank = c == ' ' || c == '\t';
            if (!blank && !inField) {
                current++;
            }
            inField = !blank;
            if (field == 0 || (inField && current == field)) {
                append(c, chunk, at + read - 1);
            }
        }
        return read;
    }

    private void append(int c, Chunk chunk, long at) throws IOException {
        if (length == 0) {
            start = at;
        }
        if (length == value.length) {
            if (length >= VALUE_BYTES_MAX) {
                throw new IOException(chunk.file() + ": a value of field " + field + " near byte " + chunk.offset()
                        + " is longer than " + VALUE_BYTES_MAX + " bytes: count another field");
            }
            value = Arrays.copyOf(value, length * 2);
        }
        value[length++] = (byte) c;
    }
}
