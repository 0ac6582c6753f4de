package io.capstan.raft.internal.peer;

import io.capstan.raft.Codec;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The user's state machine, made total: whatever it throws becomes an outcome. Belongs to its applier. */
final class Machine {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
    private static final int TEXT_LENGTH_MAX = 60;

    private final StateMachine<Object, Object> machine;
    private final Codec codec;
    private long exceptions;

    @SuppressWarnings("unchecked") // what comes out of the codec is checked by the machine's own cast, and answered
    Machine(StateMachine<?, ?> machine, Codec codec) {
        this.machine = (StateMachine<Object, Object>) machine;
        this.codec = codec;
        if (machine.oldestVersion() < 1 || machine.oldestVersion() > machine.version()) {
            throw new IllegalArgumentException("a state machine that can behave as versions " + machine.oldestVersion()
                    + " to " + machine.version());
        }
    }

    int oldestVersion() {
        return machine.oldestVersion();
    }

    int newestVersion() {
        return machine.version();
    }

    /** Commands that met an exception: the same on every replica that executed the same commands. */
    long exceptions() {
        return exceptions;
    }

    /**
     * From here on it behaves as that version.
     *
     * @throws MachineUnfit when it cannot
     */
    void behaveAs(int version) {
        if (version < machine.oldestVersion() || version > machine.version()) {
            throw new MachineUnfit(version, machine.oldestVersion(), machine.version());
        }
        try {
            machine.behaveAs(version);
        } catch (LinkageError missing) {
            throw new MachineUnfit(missing);
        } catch (Throwable thrown) {
            requireItsOwn(thrown);
            exceptions++;
            LOG.warn("the state machine threw when it was to behave as version {}", version, thrown);
        }
    }

    void init(String group, long epoch) {
        machine.init(group, epoch);
    }

    /**
     * The same on every replica, so the replica goes on: a poisoned entry must not stop the group for ever.
     *
     * @throws MachineUnfit when it may be otherwise elsewhere
     */
    Outcome write(byte[] command, LogEntry at) {
        try {
            Object decoded = codec.decode(command);
            return Outcome.reply(at.index(), codec.encode(machine.handleWrite(decoded, at)));
        } catch (LinkageError missing) {
            throw new MachineUnfit(missing);
        } catch (Throwable thrown) {
            requireItsOwn(thrown);
            exceptions++;
            LOG.warn("the state machine threw at entry {}", at.index(), thrown);
            return Outcome.threw(at.index(), shortened(thrown));
        }
    }

    /** From the state after {@code index}, whether the query would wait or not. */
    Outcome read(long index, byte[] query) {
        return Objects.requireNonNull(read(index, query, key -> false));
    }

    /**
     * From the state after {@code index}.
     *
     * @param waits takes the key that the query waits for, and says whether it does wait
     * @return null when it does
     */
    @Nullable
    Outcome read(long index, byte[] query, Predicate<Object> waits) {
        try {
            Object decoded = codec.decode(query);
            Object key = machine.waitsFor(decoded);
            return key != null && waits.test(key)
                    ? null
                    : Outcome.reply(index, codec.encode(machine.handleRead(decoded)));
        } catch (Throwable thrown) {
            requireItsOwn(thrown);
            return Outcome.threw(index, shortened(thrown));
        }
    }

    /** Of which keys the last command has news; empty when it threw: then whoever waits is answered later. */
    Collection<?> news() {
        try {
            return machine.news();
        } catch (Throwable thrown) {
            requireItsOwn(thrown);
            LOG.warn("the state machine threw when asked for news", thrown);
            return List.of();
        }
    }

    /** Empty when it takes none, or threw: then the log grows until it no longer does. */
    Optional<StateMachine.View> snapshot() {
        try {
            return machine.snapshot();
        } catch (Throwable thrown) {
            requireItsOwn(thrown);
            LOG.warn("the state machine threw when asked for a snapshot", thrown);
            return Optional.empty();
        }
    }

    void restore(InputStream in) throws IOException {
        machine.restore(in);
    }

    /** Only a JVM at its end is not the user code's own affair. */
    private static void requireItsOwn(Throwable thrown) {
        if (thrown instanceof VirtualMachineError end && !(thrown instanceof StackOverflowError)) {
            throw end;
        }
    }

    private static String shortened(Throwable thrown) {
        String text = thrown.toString();
        return text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX);
    }
}
