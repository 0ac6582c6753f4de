package io.capstan.testkit.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists by name that transactions append to and read, several at once. An answer has one list for every step of the
 * transaction: what a read saw, and an empty one for an append.
 *
 * <p>All lists are one object: nothing is judged apart, so histories of some thousand transactions are long ones.
 */
public final class AppendLists implements Model<Map<String, List<Long>>, List<AppendLists.Step>, List<List<Long>>> {
    /** One step of a transaction. */
    public sealed interface Step {
        String list();

        record Append(String list, long element) implements Step {}

        record Read(String list) implements Step {}
    }

    @Override
    public Map<String, List<Long>> initial() {
        return Map.of();
    }

    @Override
    public List<Map<String, List<Long>>> step(
            Map<String, List<Long>> lists, List<Step> transaction, @Nullable List<List<Long>> answer) {
        Map<String, List<Long>> after = new HashMap<>(lists);
        for (int i = 0; i < transaction.size(); i++) {
            Step step = transaction.get(i);
            List<Long> list = after.getOrDefault(step.list(), List.of());
            if (step instanceof Step.Append append) {
                List<Long> longer = new ArrayList<>(list);
                longer.add(append.element());
                after.put(step.list(), longer);
            } else if (answer != null && !answer.get(i).equals(list)) {
                return List.of();
            }
        }
        return List.of(after);
    }
}
