package io.capstan.bench.torture.node;

import static io.capstan.raft.Within.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.raft.Consistency;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.kv.Transaction;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lists in a replicated map, appended to and read several at once: looked at, and then written in one transaction on the
 * condition that nobody else has since.
 */
final class ListService implements Service {
    private final KeyValue map;

    ListService(KeyValue map) {
        this.map = map;
    }

    /** A list as it was looked at. */
    private record Seen(String text, long version) {
        static Seen of(Optional<KeyEntry> entry) {
            return new Seen(
                    entry.map(KeyEntry::text).orElse(""),
                    entry.map(KeyEntry::version).orElse(0L));
        }
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        if (request.f().equals("copy")) {
            return Copies.of(map, request.timeout());
        } else if (!request.f().equals("txn")) {
            throw new IllegalArgumentException(request.f());
        }
        return attempt(request.argument(), System.nanoTime() + request.timeout().toNanos());
    }

    private CompletionStage<JsonNode> attempt(JsonNode steps, long deadlineNanos) {
        Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
        if (left.toMillis() < 1) {
            return CompletableFuture.failedStage(NotDone.refused("CONTENDED"));
        }
        Set<String> keys = new LinkedHashSet<>();
        steps.forEach(step -> keys.add(step.get(1).asText()));
        return look(List.copyOf(keys), left).thenCompose(seen -> {
            Transaction transaction = Transaction.begin();
            seen.forEach((key, list) -> transaction.ifVersion(key, list.version()));
            Map<String, String> now = new LinkedHashMap<>();
            seen.forEach((key, list) -> now.put(key, list.text()));
            JsonNode answer = play(steps, now);
            seen.forEach((key, list) -> {
                String text = now.getOrDefault(key, list.text());
                if (!text.equals(list.text())) {
                    transaction.put(key, text);
                }
            });
            Duration rest = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - System.nanoTime()));
            return map.write(transaction, within(rest))
                    .thenCompose(outcome ->
                            outcome.done() ? CompletableFuture.completedStage(answer) : attempt(steps, deadlineNanos));
        });
    }

    private CompletionStage<Map<String, Seen>> look(List<String> keys, Duration left) {
        CompletionStage<Map<String, Seen>> all = CompletableFuture.completedStage(new LinkedHashMap<>());
        for (String key : keys) {
            // Stale is good enough: what has changed since is what the condition is for.
            all = all.thenCombine(map.get(key, Consistency.stale(0), within(left)), (seen, entry) -> {
                seen.put(key, Seen.of(entry));
                return seen;
            });
        }
        return all;
    }

    private static JsonNode play(JsonNode steps, Map<String, String> lists) {
        ArrayNode answer = JsonNodeFactory.instance.arrayNode();
        for (JsonNode step : steps) {
            String key = step.get(1).asText();
            ArrayNode done = answer.addArray().add(step.get(0)).add(key);
            String list = lists.getOrDefault(key, "");
            if (step.get(0).asText().equals("append")) {
                lists.put(
                        key,
                        list.isEmpty()
                                ? step.get(2).asText()
                                : list + "," + step.get(2).asText());
                done.add(step.get(2));
            } else {
                ArrayNode elements = done.addArray();
                for (String element : list.isEmpty() ? new String[0] : list.split(",", -1)) {
                    elements.add(Long.parseLong(element));
                }
            }
        }
        return answer;
    }
}
