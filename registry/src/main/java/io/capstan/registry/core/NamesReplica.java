package io.capstan.registry.core;

import io.capstan.crdt.core.RowMeasure;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.TableSettings;

/** The names with their replicated table. */
public final class NamesReplica extends Replica<String, NameRow, NamesEffect> {
    private final NamesCore names;

    /**
     * Starts a replica that knows nobody.
     *
     * @param own drawn at random for this start; its owner is this node
     */
    public NamesReplica(Slot own, TableSettings settings, RowMeasure<String, NameRow> measure, NamesTiming timing) {
        this(own, settings, measure, new NamesCore(own.owner(), own.high(), own.low(), timing));
    }

    private NamesReplica(Slot own, TableSettings settings, RowMeasure<String, NameRow> measure, NamesCore names) {
        super(own, settings, measure, names);
        this.names = names;
    }

    /** The door for requests, messages, stopped processes and resolvers' answers. */
    public NamesCore names() {
        return names;
    }
}
