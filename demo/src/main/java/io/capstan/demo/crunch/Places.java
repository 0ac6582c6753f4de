package io.capstan.demo.crunch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where in one file some long values stand. A key does not contain a long value, and a message could not carry it: so
 * it is told where it can be read again.
 *
 * @param file absolute path, the same on every node
 * @param places at most {@link #PLACES_MAX}, so that they fit a message
 */
record Places(String file, List<Place> places) {
    /** The value with this key: {@code length} bytes at {@code offset}. */
    record Place(String key, long offset, int length) {}

    /** About 100 bytes each: well below the 256 KiB that Artery sends in one frame. */
    static final int PLACES_MAX = 1_000;

    Places {
        places = List.copyOf(places);
    }

    /** As many as it takes for {@code all}. */
    static List<Places> split(String file, List<Place> all) {
        List<Places> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += PLACES_MAX) {
            parts.add(new Places(file, all.subList(from, Math.min(all.size(), from + PLACES_MAX))));
        }
        return parts;
    }

    /**
     * Reads the values into {@code values}, by key.
     *
     * @throws IOException when the file cannot be read, or is not what it was when its values were counted
     */
    void read(Map<String, Value> values) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            for (Place place : places) {
                byte[] bytes = new byte[place.length()];
                in.seek(place.offset());
                in.readFully(bytes);
                Value value = new Value(bytes);
                if (!value.key().equals(place.key())) {
                    throw new IOException(file + " changed while it was counted");
                }
                values.put(place.key(), value);
            }
        }
    }
}
