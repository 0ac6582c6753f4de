package io.capstan.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the clients of one test saw, in the order of their requests and answers. Thread-safe.
 *
 * <p>A process asks one thing after the other. After an unknown outcome it asks nothing more, as its last request may
 * still be under way: {@link #process} gives a client that goes on another number.
 */
public final class History<I, O> {
    private final LongSupplier nanos;
    private final List<Event<I, O>> events = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private int processes;

    /** What became known, and when. */
    public record Event<I, O>(
            int process,
            Type type,
            @Nullable I input,
            @Nullable O output,
            long nanos,
            String note) {
        /** The words of Jepsen's histories. */
        public enum Type {
            INVOKE,
            OK,
            /** It did not happen, and never will. */
            FAIL,
            /** Of an operation: nobody knows. Without one: a remark, such as a fault. */
            INFO
        }
    }

    public History() {
        this(System::nanoTime);
    }

    /** @param nanos the clock: virtual time in a simulation */
    public History(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A number that nobody has. */
    public synchronized int process() {
        return processes++;
    }

    /** A request leaves. */
    public synchronized Call invoke(int process, I input) {
        Call call = new Call(process, input, nanos.getAsLong());
        calls.add(call);
        events.add(new Event<>(process, Event.Type.INVOKE, input, null, call.invokedNanos, ""));
        return call;
    }

    /** Something that is no client's: a cut, a heal, the end of the load. */
    public synchronized void remark(String note) {
        events.add(new Event<>(-1, Event.Type.INFO, null, null, nanos.getAsLong(), note));
    }

    /** All that happened, in order: for outside judges. */
    public synchronized List<Event<I, O>> events() {
        return List.copyOf(events);
    }

    /** What is to be judged: without what certainly did not happen; what is still under way is open. */
    public synchronized List<Operation<I, O>> operations() {
        return calls.stream().filter(call -> !call.failed).map(Call::operation).toList();
    }

    /** A request under way. It ends once. */
    public final class Call {
        private final int process;
        private final I input;
        private final long invokedNanos;
        private @Nullable O output;
        private long returnedNanos = Operation.NEVER;
        private boolean failed;
        private boolean ended;

        private Call(int process, I input, long invokedNanos) {
            this.process = process;
            this.input = input;
            this.invokedNanos = invokedNanos;
        }

        public void ok(O answer) {
            synchronized (History.this) {
                end(Event.Type.OK, answer, "");
                output = answer;
                returnedNanos = nanos.getAsLong();
            }
        }

        /** It did not happen, and never will: say so only of what is certain. */
        public void fail(String why) {
            synchronized (History.this) {
                end(Event.Type.FAIL, null, why);
                failed = true;
            }
        }

        /** Nobody knows, and its process asks nothing more. */
        public void unknown(String why) {
            synchronized (History.this) {
                end(Event.Type.INFO, null, why);
            }
        }

        private void end(Event.Type type, @Nullable O answer, String why) {
            if (ended) {
                throw new IllegalStateException("an operation ends once: " + input);
            }
            ended = true;
            events.add(new Event<>(process, type, input, answer, nanos.getAsLong(), why));
        }

        private Operation<I, O> operation() {
            return new Operation<>(process, input, output, invokedNanos, returnedNanos);
        }
    }
}
