package io.capstan.bench.torture.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.capstan.demo.Json;
import io.capstan.testkit.history.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A history as it was written.
 *
 * @param operations requests with their answers, in the order of the requests
 * @param remarks what is no request's, in order
 */
public record Recorded(List<Op> operations, List<Event> remarks) {
    /** So long before its process ends a node that is declared down may have stopped what runs on it, in nanoseconds. */
    public static final long ENDING_NANOS = 5_000_000_000L;

    /** The remark of a process's end, by node and exit code. */
    public static final String ENDED = "ended";

    /** Beyond it an exit code tells which signal it was. */
    public static final int SIGNAL = 128;

    private static final ObjectReader READER = Json.MAPPER.readerFor(Event.class);

    public Recorded {
        operations = List.copyOf(operations);
        remarks = List.copyOf(remarks);
    }

    /**
     * Reads a file.
     *
     * @throws IOException in one line, which names the file's line that makes no sense
     */
    public static Recorded read(Path file) throws IOException {
        List<Event> events = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                try {
                    events.add(READER.readValue(line));
                } catch (IOException e) {
                    throw new IOException(file + ", line " + (events.size() + 1) + " is no event: " + line, e);
                }
            }
        }
        return of(events);
    }

    /** Pairs requests with answers. A request without one is open. */
    public static Recorded of(List<Event> events) {
        List<Event> invocations = new ArrayList<>();
        IdentityHashMap<Event, Event> answers = new IdentityHashMap<>();
        Map<Integer, Event> underWay = new HashMap<>();
        List<Event> remarks = new ArrayList<>();
        for (Event event : events) {
            if (event.type() == Event.Type.INVOKE) {
                if (underWay.put(event.process(), event) != null) {
                    throw new IllegalArgumentException("process " + event.process() + " asks twice at once");
                }
                invocations.add(event);
                continue;
            }
            Event invocation = underWay.remove(event.process());
            if (invocation != null && invocation.f().equals(event.f())) {
                answers.put(invocation, event);
            } else if (event.type() == Event.Type.INFO) {
                remarks.add(event);
            } else {
                throw new IllegalArgumentException("an answer without a request: " + event);
            }
        }
        List<Op> operations = new ArrayList<>();
        invocations.forEach(each -> operations.add(op(each, answers.get(each))));
        return new Recorded(operations, remarks);
    }

    private static Op op(Event invocation, @Nullable Event answer) {
        boolean unknown = answer == null || answer.type() == Event.Type.INFO;
        return new Op(
                invocation.process(),
                Objects.requireNonNullElse(invocation.node(), ""),
                invocation.f(),
                Objects.requireNonNullElse(invocation.key(), ""),
                Objects.requireNonNullElse(invocation.value(), Op.NONE),
                answer == null ? Event.Type.INFO : answer.type(),
                answer == null ? Op.NONE : Objects.requireNonNullElse(answer.value(), Op.NONE),
                invocation.time(),
                unknown ? Operation.NEVER : Objects.requireNonNull(answer).time(),
                answer == null ? "" : Objects.requireNonNullElse(answer.error(), ""));
    }

    /** Of these names. */
    public Stream<Op> of(String f) {
        return operations.stream().filter(each -> each.is(f));
    }

    /** Remarks of this name. */
    public Stream<Event> remarks(String f) {
        return remarks.stream().filter(each -> each.f().equals(f));
    }

    /** What the run wrote of itself at its beginning, or did not. */
    public Optional<JsonNode> about() {
        return remarks("torture").map(Event::value).filter(Objects::nonNull).findFirst();
    }

    /**
     * Since when what runs on a node may have been ended in order, given that its process ended at {@code down}: since it was told
     * to stop, or for as long as it may take who ends by himself; one that is killed ends at once.
     */
    public long endingSince(Event down) {
        String node = down.text();
        long begun = remarks("up")
                .filter(up -> up.time() < down.time() && up.text().equals(node))
                .mapToLong(Event::time)
                .max()
                .orElse(0);
        OptionalLong told = remarks("fault")
                .filter(fault -> fault.text().equals("stop " + node))
                .mapToLong(Event::time)
                .filter(time -> time > begun && time < down.time())
                .max();
        boolean byItself = remarks(ENDED)
                .filter(end -> end.time() >= down.time()
                        && end.value() != null
                        && end.value().path("node").asText().equals(node))
                .findFirst()
                .filter(end -> Objects.requireNonNull(end.value()).path("code").asInt() < SIGNAL)
                .isPresent();
        return told.orElse(byItself ? down.time() - ENDING_NANOS : down.time());
    }

    /** The ends of a node's processes. */
    public Stream<Event> downs(String node) {
        return remarks("down").filter(down -> down.text().equals(node));
    }

    /** Whether a process of the node has ended between these times. */
    public boolean ended(String node, long from, long to) {
        return downs(node).anyMatch(down -> down.time() > from && down.time() < to);
    }

    /** When the clients' load ended and all was healed: whoever reads after that reads what lasts. */
    public long quiesced() {
        return remarks("quiesced").mapToLong(Event::time).findFirst().orElse(Long.MAX_VALUE);
    }
}
