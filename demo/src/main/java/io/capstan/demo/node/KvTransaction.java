package io.capstan.demo.node;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import io.capstan.demo.Json;
import io.capstan.raft.Within;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.kv.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as JSON: {@code {"if": [{"key": "k", "version": 7}, {"key": "k", "value": "v"}], "then": [{"put": "k", "value":
 * "v"}, {"delete": "k"}, {"get": "k"}], "else": […]}}. All conditions hold and {@code then} is done, or {@code else} is.
 */
record KvTransaction(
        @JsonProperty("if") List<Condition> conditions,
        @JsonProperty("then") List<Step> then,
        @JsonProperty("else") List<Step> otherwise) {
    KvTransaction {
        conditions = copy(conditions);
        then = copy(then);
        otherwise = copy(otherwise);
    }

    /** What is not said is empty; what is null within a list, which Jackson hands over, is refused. */
    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /** Version 0: there is no such key. */
    record Condition(
            String key, @Nullable Long version, @Nullable String value) {
        Condition {
            Objects.requireNonNull(key, "key");
        }
    }

    /** One of the three. */
    record Step(
            @Nullable String put,
            @Nullable String value,
            @Nullable String delete,
            @Nullable String get) {}

    /**
     * What became of it.
     *
     * @param done whether the conditions held
     * @param entries of each operation that was done: what a get found and a delete removed, null of what was not there
     */
    record Outcome(boolean done, long version, List<KvRoutes.@Nullable Entry> entries) {}

    private static final String FORM =
            "a transaction is {\"if\": [{\"key\": …, \"version\": … or \"value\": …}], \"then\": [{\"put\": …, \"value\":"
                    + " …}, {\"delete\": …}, {\"get\": …}], \"else\": […]}";

    static KvTransaction parse(String text) {
        return Json.read(text, new TypeReference<>() {}, FORM);
    }

    CompletionStage<Outcome> writeTo(KeyValue map, Within within) {
        Transaction transaction = Transaction.begin();
        for (Condition condition : conditions) {
            if (condition.version() != null) {
                transaction.ifVersion(condition.key(), condition.version());
            } else if (condition.value() != null) {
                transaction.ifValue(condition.key(), condition.value().getBytes(StandardCharsets.UTF_8));
            } else {
                throw new IllegalArgumentException("a condition has a version or a value: " + FORM);
            }
        }
        add(transaction, then);
        if (!otherwise.isEmpty()) {
            transaction.otherwise();
            add(transaction, otherwise);
        }
        return map.write(transaction, within)
                .thenApply(outcome -> new Outcome(outcome.done(), outcome.version(), entries(outcome)));
    }

    private static List<KvRoutes.@Nullable Entry> entries(Transaction.Outcome outcome) {
        List<KvRoutes.@Nullable Entry> entries = new ArrayList<>();
        outcome.entries()
                .forEach(found -> entries.add(found.map(KvRoutes::entry).orElse(null)));
        return entries;
    }

    private static void add(Transaction transaction, List<Step> steps) {
        for (Step step : steps) {
            if (step.put() != null) {
                transaction.put(step.put(), step.value() == null ? "" : step.value());
            } else if (step.delete() != null) {
                transaction.delete(step.delete());
            } else if (step.get() != null) {
                transaction.get(step.get());
            } else {
                throw new IllegalArgumentException("an operation is a put, a delete or a get: " + FORM);
            }
        }
    }
}
