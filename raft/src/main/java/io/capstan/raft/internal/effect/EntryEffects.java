package io.capstan.raft.internal.effect;

import io.capstan.raft.Codec;
import io.capstan.raft.Effects;
import io.capstan.raft.internal.effect.Outstanding.Monitor;
import io.capstan.raft.internal.effect.Outstanding.Send;
import io.capstan.raft.internal.effect.Outstanding.Timer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** Takes the effects of one command; they come true once it has not thrown. Belongs to the state machine's thread. */
public final class EntryEffects implements Effects {
    /**
     * How effects become bytes.
     *
     * @param commands the group's own
     * @param messages Pekko's
     * @param references as Pekko writes them
     */
    public record Words(Codec commands, Codec messages, Function<ActorRef<?>, String> references) {}

    private static final int NAME_LENGTH_MAX = 200;
    private static final int REFERENCE_LENGTH_MAX = 2_048;

    private final String group;
    private final long epoch;
    private final long index;
    private final EffectTable table;
    private final Words words;
    // Most commands ask for nothing.
    private List<Runnable> asked = List.of();
    private Set<String> touched = Set.of();
    private int ordinal;
    private int sends;
    private int timers;
    private int monitors;
    private long bytes;
    private boolean over;

    /** Of the command at {@code index}; {@code ordinal}s begin at 0. */
    public EntryEffects(String group, long epoch, long index, EffectTable table, Words words) {
        this.group = group;
        this.epoch = epoch;
        this.index = index;
        this.table = table;
        this.words = words;
    }

    /** The command has been executed: what it asked for is outstanding from here on. */
    public void accept() {
        asked.forEach(Runnable::run);
    }

    /** Nothing is taken any more. */
    public void end() {
        over = true;
    }

    @Override
    public Id next() {
        requireRunning();
        return new Id(group, epoch, index, ordinal);
    }

    @Override
    public <T> Id send(ActorRef<T> to, T message) {
        Id id = next();
        Send send = new Send(id, reference(to), fitting(words.messages().encode(message)));
        requireRoom(send, table.sends().size() + sends, "messages");
        sends++;
        add(send);
        return id;
    }

    @Override
    public Id timer(String name, long time, Object command) {
        Id id = next();
        if (name.length() > NAME_LENGTH_MAX) {
            throw new IllegalArgumentException("a timer's name of more than " + NAME_LENGTH_MAX + " characters");
        }
        byte[] encoded = fitting(words.commands().encode(command));
        Timer there = touch(name) ? table.timer(name) : null;
        if (there != null && there.time() == time && isSame(there.command(), encoded, command)) {
            // Or a machine that sets its timer with every command would call off, under load, whatever the leader has
            // proposed of it.
            return there.id();
        }
        Timer timer = new Timer(id, name, time, encoded);
        requireRoom(timer, table.timers() + timers, "timers");
        timers++;
        add(timer);
        return id;
    }

    /** Not by its bytes alone: those of a set, say, are others on another replica, and all must decide alike. */
    private boolean isSame(byte[] there, byte[] encoded, Object command) {
        return Arrays.equals(there, encoded) || words.commands().decode(there).equals(command);
    }

    @Override
    public void cancel(String name) {
        requireRunning();
        touch(name);
        ask(() -> table.cancel(name));
    }

    @Override
    public Id monitor(ActorRef<?> process, Function<Down, ?> command) {
        Id id = next();
        byte[] stopped = fitting(words.commands().encode(command.apply(Down.STOPPED)));
        byte[] lost = fitting(words.commands().encode(command.apply(Down.NOCONNECTION)));
        Monitor monitor = new Monitor(id, reference(process), stopped, lost);
        requireRoom(monitor, table.monitors().size() + monitors, "monitors");
        monitors++;
        add(monitor);
        return id;
    }

    @Override
    public void demonitor(Id monitor) {
        requireRunning();
        ask(() -> table.demonitor(monitor));
    }

    private void ask(Runnable effect) {
        if (asked.isEmpty()) {
            asked = new ArrayList<>();
        }
        asked.add(effect);
    }

    private boolean touch(String timer) {
        if (touched.isEmpty()) {
            touched = new HashSet<>();
        }
        return touched.add(timer);
    }

    private void add(Outstanding effect) {
        ordinal++;
        bytes += effect.bytes();
        ask(() -> table.add(effect));
    }

    private void requireRunning() {
        if (over) {
            throw new IllegalStateException("effects are asked for while their command is executed, not later");
        }
    }

    /** Before it is taken: a machine that catches the refusal goes on without the effect, not with one too many. */
    private void requireRoom(Outstanding effect, int others, String what) {
        long all = table.bytes() + bytes + effect.bytes();
        if (others >= EffectTable.EACH_MAX || all > EffectTable.BYTES_MAX) {
            throw new IllegalStateException("too many effects of group " + group + " are outstanding: " + others + " "
                    + what + ", with this one " + all + " bytes of all");
        }
    }

    /** What does not fit a frame beside its message could be sent by no leader. */
    private String reference(ActorRef<?> process) {
        String reference = words.references().apply(process);
        if (reference.length() > REFERENCE_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a reference of " + reference.length() + " characters; the most is " + REFERENCE_LENGTH_MAX);
        }
        return reference;
    }

    private static byte[] fitting(byte[] encoded) {
        if (encoded.length > EffectTable.ONE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an effect of " + encoded.length + " bytes; the most is " + EffectTable.ONE_BYTES_MAX);
        }
        return encoded;
    }
}
