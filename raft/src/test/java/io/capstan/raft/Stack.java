package io.capstan.raft;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An example machine: a stack of numbers. */
final class Stack implements StateMachine<Stack.Write, Stack.Read> {
    sealed interface Write extends StateMachine.Data {}

    record Push(int number) implements Write {}

    record Pop() implements Write {}

    /** Throws; what a bug in user code looks like. */
    record Explode() implements Write {}

    sealed interface Read extends StateMachine.Data {}

    record All() implements Read {}

    sealed interface Reply extends StateMachine.Data {}

    record Pushed(long index) implements Reply {}

    record Popped(int number) implements Reply {}

    record Empty() implements Reply {}

    record Numbers(List<Integer> numbers) implements Reply {}

    private final ArrayDeque<Integer> numbers = new ArrayDeque<>();

    @Override
    public Reply handleWrite(Write command, LogEntry entry) {
        if (command instanceof Push push) {
            numbers.addLast(push.number());
            return new Pushed(entry.index());
        }
        if (command instanceof Pop) {
            return numbers.isEmpty() ? new Empty() : new Popped(numbers.removeLast());
        }
        throw new IllegalStateException("on purpose");
    }

    @Override
    public Reply handleRead(Read query) {
        return new Numbers(new ArrayList<>(numbers));
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
