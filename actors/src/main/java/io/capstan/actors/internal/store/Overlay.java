package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import io.capstan.actors.internal.store.StoreReader.Visitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one write-ahead file, as a layer that reads lay over what is below it: LMDB, or an older layer. Not thread-safe.
 *
 * <p>A point in the overlay is always newer than any range deletion that covers it: a later deletion removes the points
 * under it. So a key's fate is its point, else a covering range, else what is below.
 */
final class Overlay {
    /** A key's pending fate. */
    record Point(byte @Nullable [] value) {}

    private record Range(byte[] from, byte[] to) {
        boolean covers(byte[] key) {
            return Arrays.compareUnsigned(from, key) <= 0 && Arrays.compareUnsigned(key, to) < 0;
        }
    }

    private static final class Layer {
        final NavigableMap<byte[], Point> points = new TreeMap<>(Arrays::compareUnsigned);
        final List<Range> ranges = new ArrayList<>();

        /** A log that is cut again and again at its end, or from its beginning on, has one range. */
        void add(Range range) {
            byte[] from = range.from();
            byte[] to = range.to();
            for (Iterator<Range> others = ranges.iterator(); others.hasNext(); ) {
                Range other = others.next();
                if (Arrays.compareUnsigned(other.from(), to) <= 0 && Arrays.compareUnsigned(from, other.to()) <= 0) {
                    from = Arrays.compareUnsigned(other.from(), from) < 0 ? other.from() : from;
                    to = Arrays.compareUnsigned(other.to(), to) > 0 ? other.to() : to;
                    others.remove();
                }
            }
            ranges.add(new Range(from, to));
        }
    }

    private final Map<String, Layer> layers = new HashMap<>();

    void accept(List<Change> changes) {
        for (Change change : changes) {
            Layer layer = layers.computeIfAbsent(change.space().name(), name -> new Layer());
            if (change instanceof Change.Put put) {
                layer.points.put(put.key(), new Point(put.value()));
            } else if (change instanceof Change.Delete delete) {
                layer.points.put(delete.key(), new Point(null));
            } else if (change instanceof Change.DeleteRange range && isRange(range.from(), range.to())) {
                layer.points.subMap(range.from(), range.to()).clear();
                layer.add(new Range(range.from(), range.to()));
            }
        }
    }

    /**
     * All of it as changes: what was overwritten or removed meanwhile is not among them. In key order, which is the
     * order that LMDB takes fastest.
     */
    List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        layers.forEach((name, layer) -> {
            Space space = new Space(name);
            layer.ranges.forEach(range -> changes.add(new Change.DeleteRange(space, range.from(), range.to())));
            layer.points.forEach((key, point) -> {
                byte[] value = point.value();
                changes.add(value == null ? new Change.Delete(space, key) : new Change.Put(space, key, value));
            });
        });
        return changes;
    }

    /** The pending fate of a key, or null when what is below counts. */
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
                return new Point(null);
            }
        }
        return null;
    }

    /** A copy of what is pending in {@code [from, to)}, of its first {@code pointsMax} keys only. */
    Slice slice(Space space, byte[] from, byte[] to, int pointsMax) {
        Layer layer = layers.get(space.name());
        NavigableMap<byte[], Point> points = new TreeMap<>(Arrays::compareUnsigned);
        if (layer == null || !isRange(from, to)) {
            return new Slice(points, List.of(), to);
        }
        for (Map.Entry<byte[], Point> entry : layer.points.subMap(from, to).entrySet()) {
            if (points.size() == pointsMax) {
                return new Slice(points, List.copyOf(layer.ranges), entry.getKey());
            }
            points.put(entry.getKey(), entry.getValue());
        }
        return new Slice(points, List.copyOf(layer.ranges), to);
    }

    private static boolean isRange(byte[] from, byte[] to) {
        return Arrays.compareUnsigned(from, to) < 0;
    }

    /** What was pending in a range, to be merged with what lies below in key order. */
    static final class Slice {
        private final NavigableMap<byte[], Point> points;
        private final List<Range> ranges;
        private final byte[] end;

        private Slice(NavigableMap<byte[], Point> points, List<Range> ranges, byte[] end) {
            this.points = points;
            this.ranges = ranges;
            this.end = end;
        }

        /** Where it ends: before the range's end if that has more keys than were asked for. */
        byte[] end() {
            return end;
        }

        /** Lays the pending points before {@code until} over the entries that {@code below} walks, for {@code visitor}. */
        void mergeWith(byte[] until, Consumer<Visitor> below, Visitor visitor) {
            boolean[] ended = {false};
            below.accept((key, value) -> {
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
                visitPointsBefore(until, visitor);
            }
        }

        private boolean visitPointsBefore(byte[] key, Visitor visitor) {
            while (true) {
                Map.Entry<byte[], Point> first = points.firstEntry();
                if (first == null || Arrays.compareUnsigned(first.getKey(), key) >= 0) {
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
