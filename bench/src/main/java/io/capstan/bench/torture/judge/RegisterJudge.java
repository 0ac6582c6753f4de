package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.CasRegister;
import io.capstan.testkit.history.CasRegister.Request;
import io.capstan.testkit.history.Operation;
import java.util.ArrayList;
import java.util.List;

/** Registers are linearizable. */
public final class RegisterJudge implements Judge {
    @Override
    public List<String> violations(Recorded history) {
        List<Operation<Request, Object>> operations = new ArrayList<>();
        for (Op op : history.operations()) {
            Request request = request(op);
            if (op.open()) {
                operations.add(op.unanswered(request));
            } else if (op.ok()) {
                operations.add(op.answered(request, answer(op)));
            } else if (op.refused("MISMATCH")) {
                operations.add(op.answered(request, CasRegister.REFUSED));
            }
        }
        return Judge.search(new CasRegister(), operations);
    }

    private static Request request(Op op) {
        return switch (op.f()) {
            case "read" -> new Request.Read(op.key());
            case "write" -> new Request.Write(op.key(), value(op.input()));
            case "cas" ->
                new Request.CompareAndSet(
                        op.key(), value(op.input().path(0)), value(op.input().path(1)));
            default -> throw new IllegalArgumentException("no register knows " + op.f());
        };
    }

    private static Object answer(Op op) {
        return op.is("read") ? value(op.output()) : CasRegister.DONE;
    }

    private static Object value(JsonNode value) {
        return value.isNull() || value.isMissingNode() ? CasRegister.ABSENT : value.asLong();
    }
}
