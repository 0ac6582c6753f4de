package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The changes that were accepted and are not in LMDB yet, as a layer that reads lay over it. Not thread-safe.
 *
 * <p>A point in the overlay is always newer than any range deletion that covers it: a later deletion removes the points
 * under it. So a key's fate is its point, else a covering range, else LMDB's.
 */
final class Overlay {
    /** A key's pending fate. */
    record Point(long write, byte @Nullable [] value) {}

    private record Range(long write, byte[] from, byte[] to) {
        boolean covers(byte[] key) {
            return Arrays.compareUnsigned(from, key) <= 0 && Arrays.compareUnsigned(key, to) < 0;
        }
    }

    private static final class Layer {
        final NavigableMap<byte[], Point> points = new TreeMap<>(Arrays::compareUnsigned);
        final List<Range> ranges = new ArrayList<>();
    }

    private final Map<String, Layer> layers = new HashMap<>();

    /** Adds the changes of write number {@code write}; numbers rise. */
    void accept(long write, List<Change> changes) {
        for (Change change : changes) {
            Layer layer = layers.computeIfAbsent(change.space().name(), name -> new Layer());
            if (change instanceof Change.Put put) {
                layer.points.put(put.key(), new Point(write, put.value()));
            } else if (change instanceof Change.Delete delete) {
                layer.points.put(delete.key(), new Point(write, null));
            } else if (change instanceof Change.DeleteRange range && isRange(range.from(), range.to())) {
                layer.points.subMap(range.from(), range.to()).clear();
                layer.ranges.add(new Range(write, range.from(), range.to()));
            }
        }
    }

    /** Removes what write number {@code write}, now committed, and all before it put here. */
    void committed(long write, List<Change> changes) {
        for (Change change : changes) {
            Layer layer = layers.get(change.space().name());
            if (layer == null) {
                continue;
            }
            if (change instanceof Change.Put put) {
                forget(layer, put.key(), write);
            } else if (change instanceof Change.Delete delete) {
                forget(layer, delete.key(), write);
            } else {
                layer.ranges.removeIf(range -> range.write() <= write);
            }
            if (layer.points.isEmpty() && layer.ranges.isEmpty()) {
                layers.remove(change.space().name());
            }
        }
    }

    private static void forget(Layer layer, byte[] key, long write) {
        Point point = layer.points.get(key);
        if (point != null && point.write() <= write) {
            layer.points.remove(key);
        }
    }

    /** The pending fate of a key, or null when LMDB's value counts. */
    @Nullable
    Point find(Space space, byte[] key) {
        Layer layer = layers.get(space.name());
        if (layer == null) {
            return null;
        }
        Point point = layer.points.get(key);
        if (point != null) {
            return point;
        }
        for (Range range : layer.ranges) {
            if (range.covers(key)) {
                return new Point(range.write(), null);
            }
        }
        return null;
    }

    /** A copy of what is pending in {@code [from, to)}. */
    Slice slice(Space space, byte[] from, byte[] to) {
        Layer layer = layers.get(space.name());
        NavigableMap<byte[], Point> points = new TreeMap<>(Arrays::compareUnsigned);
        List<Range> ranges = List.of();
        if (layer != null && isRange(from, to)) {
            points.putAll(layer.points.subMap(from, to));
            ranges = List.copyOf(layer.ranges);
        }
        return new Slice(points, ranges);
    }

    private static boolean isRange(byte[] from, byte[] to) {
        return Arrays.compareUnsigned(from, to) < 0;
    }

    /** What was pending in a range, to be merged with LMDB's entries in key order. */
    static final class Slice {
        private final NavigableMap<byte[], Point> points;
        private final List<Range> ranges;

        private Slice(NavigableMap<byte[], Point> points, List<Range> ranges) {
            this.points = points;
            this.ranges = ranges;
        }

        /** Lays the pending points over the committed entries that {@code committed} walks, for {@code visitor}. */
        void mergeWith(java.util.function.Consumer<Store.Visitor> committed, Store.Visitor visitor) {
            boolean[] ended = {false};
            committed.accept((key, value) -> {
                ended[0] = !visitPointsBefore(key, visitor);
                if (ended[0]) {
                    return false;
                }
                Map.Entry<byte[], Point> first = points.firstEntry();
                boolean hidden = (first != null && Arrays.equals(first.getKey(), key))
                        || ranges.stream().anyMatch(range -> range.covers(key));
                ended[0] = !hidden && !visitor.visit(key, value);
                return !ended[0];
            });
            if (!ended[0]) {
                visitPointsBefore(null, visitor);
            }
        }

        private boolean visitPointsBefore(byte @Nullable [] key, Store.Visitor visitor) {
            while (true) {
                Map.Entry<byte[], Point> first = points.firstEntry();
                if (first == null || (key != null && Arrays.compareUnsigned(first.getKey(), key) >= 0)) {
                    return true;
                }
                points.remove(first.getKey());
                byte[] value = first.getValue().value();
                if (value != null && !visitor.visit(first.getKey().clone(), value.clone())) {
                    return false;
                }
            }
        }
    }
}
