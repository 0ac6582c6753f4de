package io.capstan.bench.torture.node;

import static io.capstan.raft.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.raft.Consistency;
import io.capstan.raft.kv.KeyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.CRC32C;

/**
 * Digests of what a node's own copy of a replicated state says: stale reads, which a node answers from what it has. Once
 * nothing changes any more all members have to say the same, whatever their leader says.
 */
final class Copies {
    private static final int PAGE = 200;

    private Copies() {}

    /** Of a map: as it is at one index. Nothing may be written meanwhile. */
    static CompletionStage<JsonNode> of(KeyValue map, Duration timeout) {
        return pages(map, "", 0, timeout, new ArrayList<>());
    }

    private static CompletionStage<JsonNode> pages(
            KeyValue map, String from, long index, Duration timeout, List<String> found) {
        return map.range(from, "", PAGE, Consistency.stale(index), within(timeout))
                .thenCompose(page -> {
                    page.entries()
                            .forEach(entry -> found.add(entry.key() + " " + entry.version() + " " + entry.text()));
                    if (!page.more()) {
                        return CompletableFuture.completedStage(digest(page.index(), found));
                    }
                    String last = page.entries().get(page.entries().size() - 1).key();
                    return pages(map, last + "\0", page.index(), timeout, found);
                });
    }

    /** @param index up to which the copy has the log; 0 where nobody tells */
    static JsonNode digest(long index, List<String> state) {
        CRC32C sum = new CRC32C();
        state.forEach(line -> {
            sum.update(line.getBytes(UTF_8));
            sum.update('\n');
        });
        return JsonNodeFactory.instance
                .objectNode()
                .put("index", index)
                .put("lines", state.size())
                .put("sum", Long.toHexString(sum.getValue()));
    }
}
