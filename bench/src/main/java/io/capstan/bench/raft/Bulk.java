package io.capstan.bench.raft;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** An {@link Echo} with a large snapshot: what is measured is what carries it. */
final class Bulk extends Echo {
    private static final int PIECE = 64 * 1024;

    private final long bytes;

    /** One whose snapshot has so many bytes. */
    Bulk(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public Optional<View> snapshot() {
        return Optional.of(out -> {
            byte[] piece = new byte[PIECE];
            for (long at = 0; at < bytes; at += PIECE) {
                fill(piece, at);
                out.write(piece, 0, (int) Math.min(PIECE, bytes - at));
            }
        });
    }

    @Override
    public void restore(InputStream in) throws IOException {
        byte[] piece = new byte[PIECE];
        byte[] expected = new byte[PIECE];
        long at = 0;
        for (int read = in.readNBytes(piece, 0, PIECE); read > 0; read = in.readNBytes(piece, 0, PIECE)) {
            fill(expected, at);
            if (!Arrays.equals(piece, 0, read, expected, 0, read)) {
                throw new IOException("another's bytes at " + at);
            }
            at += read;
        }
        if (at != bytes) {
            throw new IOException("a snapshot of " + at + " bytes instead of " + bytes);
        }
    }

    private static void fill(byte[] piece, long at) {
        long word = at;
        for (int i = 0; i < piece.length; i++) {
            if (i % 8 == 0) {
                word = word * 6364136223846793005L + 1442695040888963407L;
            }
            piece[i] = (byte) (word >>> (i % 8 * 8));
        }
    }
}
