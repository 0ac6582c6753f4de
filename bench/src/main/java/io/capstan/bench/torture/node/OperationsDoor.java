package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.capstan.actors.Failure;
import io.capstan.bench.torture.record.Event;
import io.capstan.crdt.CounterFailure;
import io.capstan.demo.Json;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.lock.LockFailure;
import io.capstan.registry.NameFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request from each line and answers it, whenever it is done, with a line that begins with {@link MemberMain#ANSWER}:
 * whatever else the process prints is not for clients.
 */
final class OperationsDoor {
    private static final ObjectReader REQUESTS = Json.MAPPER.readerFor(Request.class);

    private final Service service;
    private final PrintStream out;

    OperationsDoor(Service service, PrintStream out) {
        this.service = service;
        this.out = out;
    }

    /** Until the input ends. */
    void serve(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Request request = REQUESTS.readValue(line);
            try {
                service.perform(request).whenComplete((value, failure) -> answer(reply(request, value, failure)));
            } catch (RuntimeException failure) {
                answer(reply(request, null, failure));
            }
        }
    }

    private void answer(Reply reply) {
        synchronized (out) {
            out.println(MemberMain.ANSWER + " " + Json.line(reply));
            out.flush();
        }
    }

    static Reply reply(Request request, @Nullable JsonNode value, @Nullable Throwable failed) {
        Throwable failure = failed == null ? null : Failure.cause(failed);
        if (failure == null) {
            return new Reply(request.id(), Event.Type.OK, value, null);
        } else if (failure instanceof Failure told) {
            boolean unknown = told.next() == Failure.Next.OUTCOME_UNKNOWN;
            return new Reply(request.id(), unknown ? Event.Type.INFO : Event.Type.FAIL, null, word(told));
        }
        return new Reply(request.id(), Event.Type.INFO, null, BUG + failure);
    }

    /** How the error of whatever is no outcome begins. */
    static final String BUG = "bug: ";

    /** The kind first: judges go by it. */
    private static String word(Failure told) {
        String kind = told instanceof LockFailure lock
                ? lock.kind().name()
                : told instanceof NameFailure name
                        ? name.kind().name()
                        : told instanceof RaftFailure raft
                                ? raft.kind().name()
                                : told instanceof CounterFailure counter
                                        ? counter.kind().name()
                                        : "";
        return kind.isEmpty() ? String.valueOf(told.getMessage()) : kind + ": " + told.getMessage();
    }
}
