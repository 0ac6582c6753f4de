package io.capstan.registry.internal.folding;

import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerWire;
import io.capstan.crdt.internal.CountersService.Space;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.registry.internal.folding.FoldingCodec.Asked;
import io.capstan.registry.internal.folding.FoldingCodec.Known;
import io.capstan.registry.internal.folding.FoldingCodec.Said;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ledgers of both spaces of counters as a group's state machine. A snapshot: version (u8: 1), then of each space its
 * code (u8), a length (i32), and so many bytes of {@link LedgerWire}.
 */
public final class FoldingMachine implements StateMachine<Said, Asked> {
    private static final int VERSION = 1;

    private final Map<Space, Ledger> ledgers = new EnumMap<>(Space.class);

    private Ledger ledger(Space space) {
        return ledgers.computeIfAbsent(space, any -> new Ledger());
    }

    @Override
    public Known handleWrite(Said said, LogEntry entry) {
        return new Known(said.space(), ledger(said.space()).execute(said.command()));
    }

    @Override
    public Known handleRead(Asked asked) {
        Ledger ledger = ledgers.getOrDefault(asked.space(), new Ledger());
        return new Known(asked.space(), ledger.view());
    }

    @Override
    public Optional<View> snapshot() {
        List<Known> all = new ArrayList<>();
        ledgers.forEach((space, ledger) -> all.add(new Known(space, ledger.view())));
        return Optional.of(out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeByte(VERSION);
            for (Known one : all) {
                byte[] bytes = LedgerWire.bytes(one.view());
                data.writeByte(one.space().code());
                data.writeInt(bytes.length);
                data.write(bytes);
            }
            data.flush();
        });
    }

    @Override
    public void restore(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int version = data.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("a snapshot of the folding of counters of version " + version + ", not " + VERSION);
        }
        ledgers.clear();
        for (int code = data.read(); code >= 0; code = data.read()) {
            byte[] bytes = data.readNBytes(data.readInt());
            ledgers.put(Space.ofCode(code), new Ledger(LedgerWire.view(bytes)));
        }
    }
}
