package io.capstan.raft;

import java.util.Optional;

// #lock
/** The lock of the talks, as a state machine: one client at a time, and a refusal for everybody else. */
final class DemoLock implements StateMachine<DemoLock.Write, DemoLock.Holder> {
    sealed interface Write extends StateMachine.Data {}

    record Lock(String client) implements Write {}

    record Unlock(String client) implements Write {}

    record Holder() implements StateMachine.Data {}

    sealed interface Reply extends StateMachine.Data {}

    record Ok() implements Reply {}

    record Refused() implements Reply {}

    record HeldBy(Optional<String> client) implements Reply {}

    private Optional<String> holder = Optional.empty();

    @Override
    public Reply handleWrite(Write command, LogEntry entry) {
        if (command instanceof Lock lock && holder.isEmpty()) {
            holder = Optional.of(lock.client());
            return new Ok();
        }
        if (command instanceof Unlock unlock && holder.equals(Optional.of(unlock.client()))) {
            holder = Optional.empty();
            return new Ok();
        }
        return new Refused();
    }

    @Override
    public Reply handleRead(Holder query) {
        return new HeldBy(holder);
    }
}
// #lock
