package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A few replicas of one table of strings, joined by hand: links and frames move only when the test says so. One row
 * weighs one byte, so a frame takes as many rows as {@code frameBytesMax} says.
 */
final class Replicas {
    /** Replicas that go on answering each other, or a test that waits in vain, must not hang a build. */
    private static final int DELIVERIES_MAX = 1_000_000;

    private static final RowMeasure<String, String> MEASURE = new RowMeasure<>() {
        @Override
        public int bytes(Row<String, String> row) {
            return 1;
        }

        @Override
        public long hash(Row<String, String> row) {
            return row.hashCode();
        }
    };

    private final Function<String, TableSettings> settings;
    private final Map<String, Table<String, String>> tables = new TreeMap<>();
    private final Map<String, Deque<Frame<String, String>>> wires = new TreeMap<>();
    private final Map<String, List<Effect<String, String>>> told = new TreeMap<>();
    private BiConsumer<String, Effect<String, String>> listener = (name, effect) -> {};
    private long now;
    private int deliveries;

    Replicas(TableSettings settings, String... names) {
        this.settings = name -> settings;
        for (String name : names) {
            start(name, 1);
        }
    }

    /** Frames of two rows. */
    static TableSettings small(Departed departed) {
        return new TableSettings(
                departed,
                2,
                2,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                100);
    }

    /** Each with each, and all that the links begin with is said. */
    static Replicas linked(String... names) {
        Replicas replicas = new Replicas(small(Departed.KEEP), names);
        for (int i = 0; i < names.length; i++) {
            for (int j = i + 1; j < names.length; j++) {
                replicas.link(names[i], names[j]);
            }
        }
        replicas.settle();
        return replicas;
    }

    /** Sees every effect as it comes. */
    void listen(BiConsumer<String, Effect<String, String>> newListener) {
        listener = newListener;
    }

    static NodeId id(String name) {
        return new NodeId(name, 1);
    }

    static Slot slot(String name) {
        return slot(name, 1);
    }

    static Slot slot(String name, long incarnation) {
        return new Slot(incarnation, name.hashCode(), new NodeId(name, incarnation));
    }

    /** A fresh replica; incarnations above 1 play the node's later starts, under the name given. */
    final void start(String name, long incarnation) {
        tables.put(name, new Table<>(slot(name, incarnation), settings.apply(name), MEASURE));
        told.put(name, new ArrayList<>());
    }

    /** A node's table that starts anew while the node and its links live on. */
    void startTableAgain(String name) {
        Slot fresh = new Slot(7, name.hashCode(), at(name).slot().owner());
        tables.put(name, new Table<>(fresh, settings.apply(name), MEASURE));
    }

    Table<String, String> at(String name) {
        return Objects.requireNonNull(tables.get(name));
    }

    /** Everything but sends that {@code name} was told to do, once. */
    List<Effect<String, String>> told(String name) {
        collect(name);
        return Objects.requireNonNull(told.put(name, new ArrayList<>()));
    }

    void link(String a, String b) {
        wire(a, b).clear();
        wire(b, a).clear();
        at(a).linked(at(b).slot().owner());
        at(b).linked(at(a).slot().owner());
        collect(a);
        collect(b);
    }

    void cut(String a, String b) {
        wire(a, b).clear();
        wire(b, a).clear();
        at(a).unlinked(at(b).slot().owner());
        at(b).unlinked(at(a).slot().owner());
        collect(a);
        collect(b);
    }

    /** As {@link #cut}, and nobody can relay between the two either. */
    void part(String a, String b) {
        cut(a, b);
        at(a).hidden(at(b).slot().owner());
        at(b).hidden(at(a).slot().owner());
        collect(a);
        collect(b);
    }

    /** Delivers one frame; null when none is under way. */
    @Nullable
    Frame<String, String> deliver(String from, String to) {
        assertThat(++deliveries).as("deliveries so far").isLessThan(DELIVERIES_MAX);
        collect(from);
        Frame<String, String> frame = wire(from, to).poll();
        if (frame != null) {
            at(to).frame(at(from).slot().owner(), frame);
            collect(to);
        }
        return frame;
    }

    /** What is under way. */
    Deque<Frame<String, String>> wire(String from, String to) {
        return wires.computeIfAbsent(from + ">" + to, key -> new ArrayDeque<>());
    }

    /** Delivers until nothing is under way. */
    void settle() {
        settle(tables.keySet());
    }

    /** Delivers what is under way among these alone. */
    void settle(Collection<String> names) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (String from : names) {
                for (String to : names) {
                    moved |= !from.equals(to) && deliver(from, to) != null;
                }
            }
        }
    }

    void pass(Duration time) {
        now += time.toMillis();
        tables.forEach((name, table) -> {
            table.tick(now);
            collect(name);
        });
    }

    void put(String name, String key, String value) {
        at(name).put(key, value);
        collect(name);
    }

    void remove(String name, String key) {
        at(name).remove(key);
        collect(name);
    }

    /** What {@code name} shows of {@code owner}'s slot. */
    Map<String, String> shown(String name, String owner) {
        Map<String, String> rows = new TreeMap<>();
        at(name).forEach(at(owner).slot(), rows::put);
        return rows;
    }

    void assertAllEqual() {
        assertEqual(tables.keySet());
    }

    void assertEqual(Collection<String> names) {
        for (String owner : names) {
            for (String name : names) {
                assertThat(shown(name, owner)).as("%s at %s", owner, name).isEqualTo(shown(owner, owner));
                assertThat(at(name).known(at(owner).slot())).isEqualTo(at(owner).version());
            }
        }
    }

    /** The frames of rows among what is under way. */
    List<Frame.Rows<String, String>> rows(String from, String to) {
        List<Frame.Rows<String, String>> rows = new ArrayList<>();
        for (Frame<String, String> frame : wire(from, to)) {
            if (frame instanceof Frame.Rows<String, String> some) {
                rows.add(some);
            }
        }
        return rows;
    }

    private void collect(String name) {
        for (Effect<String, String> effect : at(name).drain()) {
            listener.accept(name, effect);
            if (effect instanceof Effect.Send<String, String> send) {
                wire(name, send.peer().name()).add(send.frame());
            } else {
                Objects.requireNonNull(told.get(name)).add(effect);
            }
        }
    }
}
