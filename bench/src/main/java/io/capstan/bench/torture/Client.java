package io.capstan.bench.torture;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Recorder;
import io.capstan.bench.torture.workload.Answer;
import io.capstan.bench.torture.workload.Ask;
import io.capstan.bench.torture.workload.Script;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * A client of one node: asks one thing after the other, and writes down what it asks and is told. After an unknown outcome it
 * goes on as another process. A thread of its own runs it.
 */
final class Client implements Runnable {
    /** How much longer than its node a client waits. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final long AGAIN_NANOS = 20_000_000;

    private final int number;
    private final String node;
    private final MemberDoor door;
    private final Script script;
    private final Recorder recorder;
    private volatile boolean ending;
    private volatile long decidedNanos = -1;
    private volatile String lastError = "";

    Client(int number, String node, MemberDoor door, Script script, Recorder recorder) {
        this.number = number;
        this.node = node;
        this.door = door;
        this.script = script;
        this.recorder = recorder;
    }

    @Override
    public void run() {
        int process = recorder.process();
        while (!ending) {
            if (!door.isServing()) {
                LockSupport.parkNanos(AGAIN_NANOS);
                continue;
            }
            Ask ask = script.next();
            Exchange exchange = exchange(process, number, node, door, recorder, ask);
            Answer answer = exchange.answer();
            script.told(ask, answer);
            if (answer.decided()) {
                decidedNanos = exchange.invokedNanos();
            } else {
                lastError = ask.f() + ": " + answer.error();
            }
            if (answer.unknown()) {
                process = recorder.process();
            }
            LockSupport.parkNanos(script.pause().toNanos());
        }
    }

    /** Asks for nothing more once it has its answer. */
    void end() {
        ending = true;
    }

    /** Whether something that was asked for since then was decided. */
    boolean isServedSince(long nanos) {
        return decidedNanos >= nanos;
    }

    @Override
    public String toString() {
        return "client " + number + " of " + node + (lastError.isEmpty() ? "" : " (last refusal: " + lastError + ")");
    }

    /** What was asked, and answered. */
    record Exchange(long invokedNanos, Answer answer) {}

    /** One request, written down with its answer. */
    static Exchange exchange(int process, int client, String node, MemberDoor door, Recorder recorder, Ask ask) {
        long invoked = recorder.write(process, Event.Type.INVOKE, ask.f(), ask.key(), ask.value(), node, null);
        Answer answer = await(door, client, ask);
        recorder.write(
                process,
                answer.type(),
                ask.f(),
                ask.key(),
                answer.ok() ? answer.value() : ask.value(),
                node,
                answer.ok() ? null : answer.error());
        return new Exchange(invoked, answer);
    }

    /** One request, of which nobody is told. */
    static Answer await(MemberDoor door, int client, Ask ask) {
        CompletableFuture<Answer> answer = door.ask(client, ask)
                .orElseGet(() -> CompletableFuture.completedFuture(
                        new Answer(Event.Type.FAIL, MissingNode.getInstance(), "the node is down")));
        try {
            return answer.get(ask.timeout().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            return MemberDoor.unknown("no answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return MemberDoor.unknown("interrupted");
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug);
        }
    }
}
