package io.capstan.bench.torture.node;

import static io.capstan.raft.Within.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.capstan.raft.Consistency;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.kv.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/** Registers: the keys of a replicated map. */
final class RegisterService implements Service {
    private final KeyValue map;

    RegisterService(KeyValue map) {
        this.map = map;
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        String key = request.name();
        return switch (request.f()) {
            case "copy" -> Copies.of(map, request.timeout());
            case "read" ->
                map.get(key, Consistency.LINEARIZABLE, within(request.timeout()))
                        .thenApply(found -> found.map(KeyEntry::text)
                                .<JsonNode>map(text -> IntNode.valueOf(Integer.parseInt(text)))
                                .orElse(NullNode.instance));
            case "write" ->
                map.put(key, request.argument().asText(), within(request.timeout()))
                        .thenApply(version -> request.argument());
            case "cas" -> {
                String expected = request.argument().get(0).asText();
                String value = request.argument().get(1).asText();
                Transaction transaction = Transaction.begin()
                        .ifValue(key, expected.getBytes(StandardCharsets.UTF_8))
                        .put(key, value);
                yield map.write(transaction, within(request.timeout())).thenApply(outcome -> {
                    if (!outcome.done()) {
                        throw NotDone.refused("MISMATCH");
                    }
                    return request.argument();
                });
            }
            default -> throw new IllegalArgumentException(request.f());
        };
    }
}
