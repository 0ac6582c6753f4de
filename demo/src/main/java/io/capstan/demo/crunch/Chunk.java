package io.capstan.demo.crunch;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of one file. It holds the lines whose first byte lies in {@code [offset, offset + length)}.
 *
 * @param file absolute path, the same on every node
 * @param offset in bytes
 * @param length in bytes, at least 1
 */
public record Chunk(String file, long offset, long length) {
    public Chunk {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("a chunk starts at 0 or later and has bytes: " + offset + " " + length);
        }
    }

    /** Cuts a file of {@code size} bytes into chunks of at most {@code bytesMax}; an empty file has none. */
    public static List<Chunk> cut(String file, long size, long bytesMax) {
        List<Chunk> chunks = new ArrayList<>();
        for (long offset = 0; offset < size; offset += bytesMax) {
            chunks.add(new Chunk(file, offset, Math.min(bytesMax, size - offset)));
        }
        return chunks;
    }

    long end() {
        return offset + length;
    }
}
