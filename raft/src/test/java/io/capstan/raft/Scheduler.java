package io.capstan.raft;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * An example machine: a small scheduler. A job is done once, when log time reaches its hour, whoever leads then: no wall clock
 * moves it, and one that falls due while nobody leads is done by the next leader. To be done is to be told to a worker, once,
 * under an id that the worker can hand to the outside.
 */
final class Scheduler implements StateMachine<Scheduler.Write, Scheduler.Done> {
    // #scheduler
    sealed interface Write extends StateMachine.Data {}

    /** Have {@code worker} do {@code job} so many milliseconds from now; the same job again moves its hour. */
    record In(long millis, String job, ActorRef<Do> worker) implements Write {}

    /** Not any more. */
    record Cancel(String job) implements Write {}

    /** Its hour has come: a timer's command. */
    record Due(String job, ActorRef<Do> worker) implements Write {}

    record Done() implements StateMachine.Data {}

    record Jobs(List<String> jobs) implements StateMachine.Data {}

    /** To a worker. */
    record Do(String job, String id) implements StateMachine.Data {}

    private final List<String> done = new ArrayList<>();

    @Override
    public Jobs handleWrite(Write command, LogEntry entry) {
        Effects effects = entry.effects();
        if (command instanceof In in) {
            effects.timer(in.job(), entry.time() + in.millis(), new Due(in.job(), in.worker()));
        } else if (command instanceof Cancel cancel) {
            effects.cancel(cancel.job());
        } else if (command instanceof Due due) {
            done.add(due.job());
            effects.send(due.worker(), new Do(due.job(), effects.next().toString()));
        }
        return new Jobs(List.copyOf(done));
    }
    // #scheduler

    @Override
    public Jobs handleRead(Done query) {
        return new Jobs(List.copyOf(done));
    }

    @Override
    public Optional<View> snapshot() {
        List<String> image = List.copyOf(done);
        return Optional.of(out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(image.size());
            for (String job : image) {
                data.writeUTF(job);
            }
        });
    }

    @Override
    public void restore(InputStream in) throws IOException {
        done.clear();
        DataInputStream data = new DataInputStream(in);
        for (int count = data.readInt(); count > 0; count--) {
            done.add(data.readUTF());
        }
    }
}
