package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;

/** What a node does for the clients of one workload. */
interface Service {
    /**
     * Does it; fails with a {@link io.capstan.actors.Failure} that says whether it was done. What it throws, or fails with,
     * beside that is a bug.
     */
    CompletionStage<JsonNode> perform(Request request);
}
