package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.Operation;
import io.capstan.testkit.history.Permits;
import io.capstan.testkit.history.Permits.Request;
import java.util.ArrayList;
import java.util.List;

/** Never more permits are held than there are; a read-write lock's writer takes all, a reader one. */
public final class PermitJudge implements Judge {
    /** The permits of a read-write lock. */
    public static final int ALL = 1_000_000;

    private final int permits;

    public PermitJudge(int permits) {
        this.permits = permits;
    }

    @Override
    public List<String> violations(Recorded history) {
        List<Operation<Request, Long>> all = new ArrayList<>();
        for (Grants.Grant grant : new Grants(history).all()) {
            if (!grant.known()) {
                // Whatever it took away from others explains nothing of what they got.
                continue;
            }
            String name = grant.acquire().key();
            Request acquire = new Request.Acquire(
                    name, grant.holder(), units(grant.acquire().input()));
            all.add(grant.acquire().answered(acquire, grant.token()));
            Request release = new Request.Release(name, grant.holder());
            for (Op op : grant.releases()) {
                all.add(op.ok() ? op.answered(release, Permits.DONE) : op.unanswered(release));
            }
            if (grant.expires()) {
                all.add(Operation.open(-1, new Request.Expire(name, grant.holder()), grant.surelyUntil()));
            }
        }
        List<String> violations = new ArrayList<>(Judge.search(new Permits(permits), all));
        violations.addAll(LastHolders.violations(history));
        return violations;
    }

    private int units(JsonNode wanted) {
        return wanted.has("units")
                ? wanted.path("units").asInt()
                : wanted.path("shared").asBoolean() ? 1 : permits;
    }
}
