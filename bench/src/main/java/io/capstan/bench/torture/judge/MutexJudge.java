package io.capstan.bench.torture.judge;

import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.FencedMutex;
import io.capstan.testkit.history.FencedMutex.Request;
import io.capstan.testkit.history.GuardedResource;
import io.capstan.testkit.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A lock has one holder at a time, who holds it until he gives it back or his time to live is over; every grant's token is
 * higher than all before it; and what is guarded by tokens admits none below the highest it has seen.
 */
public final class MutexJudge implements Judge {
    @Override
    public List<String> violations(Recorded history) {
        return Stream.of(
                        Judge.search(new FencedMutex(), ofLocks(history)),
                        Judge.search(new GuardedResource(), ofGuarded(history)),
                        LastHolders.violations(history))
                .flatMap(List::stream)
                .toList();
    }

    static List<Operation<Request, Long>> ofLocks(Recorded history) {
        Grants grants = new Grants(history);
        List<Operation<Request, Long>> all = new ArrayList<>();
        for (Op op : grants.refused()) {
            all.add(op.answered(new Request.Acquire(op.key(), "refused " + op.process()), FencedMutex.REFUSED));
        }
        for (Grants.Grant grant : grants.all()) {
            String lock = grant.acquire().key();
            Request acquire = new Request.Acquire(lock, grant.holder());
            all.add(
                    grant.known()
                            ? grant.acquire().answered(acquire, grant.token())
                            : grant.acquire().unanswered(acquire));
            Request release = new Request.Release(lock, grant.holder());
            for (Op op : grant.releases()) {
                all.add(op.ok() ? op.answered(release, FencedMutex.DONE) : op.unanswered(release));
            }
            if (grant.expires()) {
                all.add(Operation.open(-1, new Request.Expire(lock, grant.holder()), grant.surelyUntil()));
            }
        }
        return all;
    }

    private static List<Operation<GuardedResource.Write, Boolean>> ofGuarded(Recorded history) {
        return history.of("write")
                .filter(op -> op.ok() || op.open())
                .map(op -> {
                    GuardedResource.Write write =
                            new GuardedResource.Write(op.key(), op.input().asLong());
                    return op.ok()
                            ? op.<GuardedResource.Write, Boolean>answered(
                                    write, op.output().asBoolean())
                            : op.<GuardedResource.Write, Boolean>unanswered(write);
                })
                .toList();
    }
}
