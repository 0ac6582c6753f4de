package io.capstan.demo.docs;

import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import java.util.ArrayDeque;
import java.util.Deque;

// #machine
final class Stack implements StateMachine<Stack.Push, Stack.Top> {
    record Push(int number) implements Data {}

    record Top() implements Data {}

    record Entry(int number) implements Data {}

    private final Deque<Integer> numbers = new ArrayDeque<>();

    @Override
    public Entry handleWrite(Push push, LogEntry at) { // deterministic: at.index(), at.time(), no clock of its own
        numbers.push(push.number());
        return new Entry(push.number());
    }

    @Override
    public Entry handleRead(Top top) {
        return new Entry(numbers.isEmpty() ? 0 : numbers.peek());
    }
}
// #machine
