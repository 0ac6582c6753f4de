package io.capstan.demo.docs;

import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The machine of the README, which writes to it; it stands whole in that of {@code raft}. */
// #machine
final class Stack implements StateMachine<Stack.Push, Stack.Top> {
    record Push(int number) implements StateMachine.Data {}

    record Top() implements StateMachine.Data {}

    record Entry(int number) implements StateMachine.Data {}

    private final Deque<Integer> numbers = new ArrayDeque<>();

    @Override
    public Entry handleWrite(Push push, LogEntry at) { // deterministic: at.index(), at.time(), no clock of its own
        numbers.addLast(push.number());
        return new Entry(push.number());
    }

    @Override
    public Entry handleRead(Top top) {
        return new Entry(numbers.isEmpty() ? 0 : numbers.getLast());
    }

    @Override
    public Optional<View> snapshot() {
        List<Integer> copy = List.copyOf(numbers);
        return Optional.of(out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(copy.size());
            for (int number : copy) {
                data.writeInt(number);
            }
        });
    }

    @Override
    public void restore(InputStream in) throws IOException {
        numbers.clear();
        DataInputStream data = new DataInputStream(in);
        for (int count = data.readInt(); count > 0; count--) {
            numbers.addLast(data.readInt());
        }
    }
}
// #machine
