package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.AppendLists.Step;
import io.capstan.testkit.history.AppendTransactions;
import io.capstan.testkit.history.Operation;
import java.util.ArrayList;
import java.util.List;

/** Transactions on lists are strictly serializable. */
public final class ListJudge implements Judge {
    @Override
    public List<String> violations(Recorded history) {
        List<Operation<List<Step>, List<List<Long>>>> operations = new ArrayList<>();
        List<List<Step>> failed = new ArrayList<>();
        for (Op op : history.operations()) {
            if (op.ok()) {
                operations.add(op.answered(steps(op), answers(op)));
            } else if (op.open()) {
                operations.add(op.unanswered(steps(op)));
            } else {
                failed.add(steps(op));
            }
        }
        return AppendTransactions.violations(operations, failed);
    }

    /** A transaction, or a single append or read. */
    private static List<Step> steps(Op op) {
        if (op.is("append")) {
            return List.of(new Step.Append(op.key(), op.input().asLong()));
        } else if (op.is("read")) {
            return List.of(new Step.Read(op.key()));
        }
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : op.input()) {
            String list = step.path(1).asText();
            steps.add(
                    step.path(0).asText().equals("append")
                            ? new Step.Append(list, step.path(2).asLong())
                            : new Step.Read(list));
        }
        return steps;
    }

    private static List<List<Long>> answers(Op op) {
        if (op.is("append") || op.is("read")) {
            return List.of(elements(op.is("read") ? op.output() : op.output().path("none")));
        }
        List<List<Long>> answers = new ArrayList<>();
        for (JsonNode step : op.output()) {
            answers.add(step.path(0).asText().equals("append") ? List.of() : elements(step.path(2)));
        }
        return answers;
    }

    private static List<Long> elements(JsonNode list) {
        List<Long> elements = new ArrayList<>();
        list.forEach(element -> elements.add(element.asLong()));
        return elements;
    }
}
