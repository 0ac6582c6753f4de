package io.capstan.crdt.internal;

import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counters in the node's store; {@link CounterRecords} tells what they are there. */
final class CounterDisk implements Gate.Disk<CounterKey, CounterRow> {
    private static final Logger LOG = LoggerFactory.getLogger(CounterDisk.class);

    private final Store store;
    private final LongConsumer durable;
    private final Consumer<StoreFailure> failed;
    /** Whose rows there are of no use: they go before the first new one comes. */
    private final Set<Bits> damaged = new HashSet<>();

    private record Bits(long high, long low) {}

    /**
     * Neither is called on the caller's thread.
     *
     * @param durable told the numbers of writes, in order
     * @param failed told that nothing is written any more
     */
    CounterDisk(Store store, LongConsumer durable, Consumer<StoreFailure> failed) {
        this.store = store;
        this.durable = durable;
        this.failed = failed;
    }

    @Override
    public boolean write(List<Effect.Store<CounterKey, CounterRow>> stores, long number) {
        List<List<Change>> writes = new ArrayList<>();
        stores.forEach(slot -> {
            Bits bits = new Bits(slot.slot().high(), slot.slot().low());
            if (damaged.contains(bits)) {
                writes.add(List.of(CounterRecords.deleteAll(bits.high(), bits.low())));
            }
            writes.addAll(CounterRecords.writes(slot, store.writeBytesMax() / 2));
        });
        try {
            for (int i = 0; i < writes.size(); i++) {
                submit(writes.get(i), i == writes.size() - 1 ? number : 0);
            }
            stores.forEach(slot ->
                    damaged.remove(new Bits(slot.slot().high(), slot.slot().low())));
            return true;
        } catch (StoreFailure refusal) {
            // Writing the first ones again is harmless: they say the same.
            if (refusal.kind() == StoreFailure.Kind.OVERLOADED || refusal.kind() == StoreFailure.Kind.DISK_FULL) {
                return false;
            }
            failed.accept(refusal);
            return false;
        }
    }

    /** Gives the table what earlier starts left. */
    void load(Table<CounterKey, CounterRow> table) {
        Loading loading = new Loading(table);
        store.scan(CounterRecords.SPACE, CounterRecords.first(), CounterRecords.last(), (key, value) -> {
            loading.entry(key, value);
            return true;
        });
        loading.finish();
        if (!loading.toSweep.isEmpty()) {
            submit(loading.toSweep, 0);
        }
    }

    /** Tells when {@code number} is durable, if it is none of many. */
    private void submit(List<Change> changes, long number) {
        store.write(changes, new Store.Completion() {
            @Override
            public void durable() {
                if (number > 0) {
                    durable.accept(number);
                }
            }

            @Override
            public void failed(StoreFailure failure) {
                failed.accept(failure);
            }
        });
    }

    /** One pass over the key space: slot by slot, of each its {@code m} first. */
    private final class Loading {
        private final Table<CounterKey, CounterRow> table;
        private final List<Change> toSweep = new ArrayList<>();
        private final List<Row<CounterKey, CounterRow>> rows = new ArrayList<>();
        private Bits bits = new Bits(0, 0);
        private CounterRecords.@Nullable Meta meta;
        private @Nullable String fault;
        private boolean interrupted;

        Loading(Table<CounterKey, CounterRow> table) {
            this.table = table;
        }

        void entry(byte[] key, byte[] value) {
            CounterRecords.Place place = CounterRecords.place(key);
            Bits entryBits = new Bits(place.high(), place.low());
            if (!entryBits.equals(bits)) {
                finish();
                bits = entryBits;
            }
            try {
                CounterRecords.Meta of = meta;
                if (place.meta()) {
                    meta = CounterRecords.meta(place, key, value);
                } else if (fault == null && (of == null || place.version() > of.known())) {
                    interrupted = true;
                } else if (fault == null) {
                    rows.add(CounterRecords.row(place, key, value));
                }
            } catch (MalformedFrame e) {
                fault = e.getMessage();
            }
        }

        void finish() {
            CounterRecords.Meta read = meta;
            if (fault != null) {
                damaged.add(bits);
                LOG.error(
                        "the copy of slot {} on disk is damaged ({}) and not used; it is taken from another node, if one"
                                + " has it",
                        String.format("%016x%016x", bits.high(), bits.low()),
                        fault);
            } else if (read != null) {
                table.restore(read.slot(), read.known(), read.floor(), List.copyOf(rows));
            }
            if (fault == null && interrupted) {
                toSweep.add(CounterRecords.deleteAbove(bits.high(), bits.low(), read == null ? 0 : read.known()));
            }
            interrupted = false;
            rows.clear();
            meta = null;
            fault = null;
        }
    }
}
