package io.capstan.testkit.history;

import io.capstan.testkit.history.AppendLists.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges whether transactions on lists are strictly serializable: whether they could have happened one after the other,
 * each between its request and its answer. Every element is appended once.
 *
 * <p>Lists show the order of whatever was appended to them, so nothing has to be searched for: who must come before whom
 * is known, and the history is good exactly if that goes round in no circle. (Adya, 1999, for the graph; Kingsbury and
 * Alvaro, "Elle", 2020, for lists.) Time grows with the length of what was read. What {@link AppendLists} judges by search,
 * some thousand transactions at most, this judges by the hundred thousand.
 */
public final class AppendTransactions {
    private static final int SHOWN = 8;

    private final List<Operation<List<Step>, List<List<Long>>>> transactions = new ArrayList<>();
    private final Set<String> violations = new LinkedHashSet<>();
    /** By list: its elements in the order of the longest read. */
    private final Map<String, List<Long>> order = new HashMap<>();

    private final Map<String, Map<Long, Integer>> appenders = new HashMap<>();
    private final Map<String, Set<Long>> failed = new HashMap<>();
    private final List<Map<String, List<Long>>> reads = new ArrayList<>();

    private AppendTransactions() {}

    /**
     * What is wrong with a history, in lines for people; nothing when it is good.
     *
     * @param history what was answered, and what may have happened
     * @param failed what certainly did not happen
     */
    public static List<String> violations(
            Collection<Operation<List<Step>, List<List<Long>>>> history, Collection<List<Step>> failed) {
        AppendTransactions judge = new AppendTransactions();
        for (List<Step> steps : failed) {
            for (Step step : steps) {
                if (step instanceof Step.Append append) {
                    judge.failed
                            .computeIfAbsent(step.list(), list -> new LinkedHashSet<>())
                            .add(append.element());
                }
            }
        }
        judge.transactions.addAll(history);
        judge.collect();
        if (judge.violations.isEmpty()) {
            judge.findCircle();
        }
        return judge.violations.stream().limit(SHOWN).toList();
    }

    private void collect() {
        for (int i = 0; i < transactions.size(); i++) {
            for (Step step : transactions.get(i).input()) {
                if (step instanceof Step.Append append
                        && appenders
                                        .computeIfAbsent(step.list(), list -> new HashMap<>())
                                        .put(append.element(), i)
                                != null) {
                    violations.add("appended twice to " + step.list() + ": " + append.element());
                }
            }
        }
        for (int i = 0; i < transactions.size(); i++) {
            reads.add(readsBefore(i));
            reads.get(i).forEach(this::order);
        }
        // Once the longest is known, all others must be where it begins.
        reads.forEach(each -> each.forEach((list, seen) -> {
            List<Long> longest = order.getOrDefault(list, List.of());
            if (!longest.subList(0, seen.size()).equals(seen)) {
                violations.add(list + " was read as " + tail(seen) + " and as " + tail(longest));
            }
        }));
        order.forEach((list, elements) -> {
            if (new LinkedHashSet<>(elements).size() != elements.size()) {
                violations.add(list + " has an element twice: " + tail(elements));
            }
            for (long element : elements) {
                if (!appenders.getOrDefault(list, Map.of()).containsKey(element)) {
                    boolean undone = failed.getOrDefault(list, Set.of()).contains(element);
                    violations.add(list + " has " + element + ", which "
                            + (undone ? "was refused as not done" : "nobody appended"));
                }
            }
        });
    }

    private void order(String list, List<Long> seen) {
        if (seen.size() > order.getOrDefault(list, List.of()).size()) {
            order.put(list, seen);
        }
    }

    /** What a transaction saw of each list, as it was before the transaction; that it sees its own appends is judged here. */
    private Map<String, List<Long>> readsBefore(int number) {
        Operation<List<Step>, List<List<Long>>> transaction = transactions.get(number);
        List<List<Long>> answer = transaction.output();
        Map<String, List<Long>> before = new LinkedHashMap<>();
        if (answer == null) {
            return before;
        }
        Map<String, List<Long>> own = new HashMap<>();
        for (int i = 0; i < transaction.input().size(); i++) {
            Step step = transaction.input().get(i);
            List<Long> appended = own.computeIfAbsent(step.list(), list -> new ArrayList<>());
            if (step instanceof Step.Append append) {
                appended.add(append.element());
                continue;
            }
            List<Long> seen = answer.get(i);
            int rest = seen.size() - appended.size();
            if (rest < 0 || !seen.subList(rest, seen.size()).equals(appended)) {
                violations.add("does not see what it appended itself: " + transaction);
                continue;
            }
            List<Long> first = before.putIfAbsent(step.list(), List.copyOf(seen.subList(0, rest)));
            if (first != null && !first.equals(seen.subList(0, rest))) {
                violations.add("sees others in between: " + transaction);
            }
        }
        return before;
    }

    private void findCircle() {
        Precedence precedence = new Precedence(transactions);
        order.forEach((list, elements) -> {
            for (int i = 1; i < elements.size(); i++) {
                precedence.before(appender(list, elements.get(i - 1)), appender(list, elements.get(i)));
            }
        });
        for (int reader = 0; reader < transactions.size(); reader++) {
            for (Map.Entry<String, List<Long>> read : reads.get(reader).entrySet()) {
                String list = read.getKey();
                int seen = read.getValue().size();
                List<Long> elements = order.getOrDefault(list, List.of());
                if (seen > 0) {
                    precedence.before(appender(list, elements.get(seen - 1)), reader);
                }
                if (seen < elements.size()) {
                    precedence.before(reader, appender(list, elements.get(seen)));
                }
            }
        }
        followUnseen(precedence);
        List<Integer> circle = precedence.circle();
        if (!circle.isEmpty()) {
            StringBuilder text =
                    new StringBuilder("each of these must have come before the next, and the last before the first");
            circle.stream().limit(SHOWN).forEach(each -> text.append("\n    ").append(shown(transactions.get(each))));
            violations.add(text.toString());
        }
    }

    /** What was appended, as its caller was told, and seen by nobody came after all that was seen, and after its readers. */
    private void followUnseen(Precedence precedence) {
        Map<String, List<Integer>> readersOfAll = new HashMap<>();
        for (int reader = 0; reader < transactions.size(); reader++) {
            for (Map.Entry<String, List<Long>> read : reads.get(reader).entrySet()) {
                if (read.getValue().size()
                        == order.getOrDefault(read.getKey(), List.of()).size()) {
                    readersOfAll
                            .computeIfAbsent(read.getKey(), list -> new ArrayList<>())
                            .add(reader);
                }
            }
        }
        appenders.forEach((list, byElement) -> byElement.forEach((element, appender) -> {
            List<Long> elements = order.getOrDefault(list, List.of());
            if (elements.contains(element) || !happened(appender)) {
                return;
            }
            if (!elements.isEmpty()) {
                precedence.before(appender(list, elements.get(elements.size() - 1)), appender);
            }
            readersOfAll.getOrDefault(list, List.of()).forEach(reader -> precedence.before(reader, appender));
        }));
    }

    /** Of an unknown outcome we know it as soon as any of its elements was seen; if none was, nothing would come of it. */
    private boolean happened(int number) {
        Operation<List<Step>, List<List<Long>>> transaction = transactions.get(number);
        return !transaction.isOpen()
                || transaction.input().stream()
                        .anyMatch(step -> step instanceof Step.Append append
                                && order.getOrDefault(append.list(), List.of()).contains(append.element()));
    }

    private int appender(String list, long element) {
        return appenders.getOrDefault(list, Map.of()).getOrDefault(element, -1);
    }

    private static String shown(Operation<List<Step>, List<List<Long>>> transaction) {
        String answer = transaction.output() == null
                ? "unknown"
                : transaction.output().stream()
                        .map(AppendTransactions::tail)
                        .toList()
                        .toString();
        return "process " + transaction.process() + " " + transaction.input() + " -> " + answer + ", "
                + transaction.invokedNanos() + " to " + transaction.returnedNanos();
    }

    private static String tail(List<Long> list) {
        return list.size() <= SHOWN
                ? list.toString()
                : "[… " + (list.size() - SHOWN) + ", " + list.subList(list.size() - SHOWN, list.size()) + "]";
    }
}
