package io.capstan.bench.torture.judge;

import io.capstan.bench.torture.record.Op;
import java.util.Comparator;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

/** What was known before something was asked for: epochs, places in a log and the like only rise in real time. */
final class Foregoing {
    private Foregoing() {}

    /**
     * Each in turn, with the highest value that any answer had which was there before it was asked for; 0 when none was.
     *
     * @param asked answered all, and in the order in which they were asked for
     */
    static void each(List<Op> asked, ToLongFunction<Op> value, ObjLongConsumer<Op> judge) {
        List<Op> byReturn =
                asked.stream().sorted(Comparator.comparingLong(Op::returned)).toList();
        long highest = 0;
        int next = 0;
        for (Op op : asked) {
            while (next < byReturn.size() && byReturn.get(next).returned() < op.invoked()) {
                highest = Math.max(highest, value.applyAsLong(byReturn.get(next)));
                next++;
            }
            judge.accept(op, highest);
        }
    }
}
