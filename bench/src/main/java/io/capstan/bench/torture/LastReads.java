package io.capstan.bench.torture;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.bench.torture.record.Recorder;
import io.capstan.bench.torture.workload.Answer;
import io.capstan.bench.torture.workload.Ask;
import io.capstan.bench.torture.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Reads on every node what is left when all is over, as soon as nothing changes any more and all nodes agree. */
final class LastReads {
    /** What no node shares with another has stood still for so many looks. */
    private static final int STILL = 6;

    private static final long LOOK_NANOS = 500_000_000;

    /** Beyond all clients. */
    private static final int READER = 1_000_000;

    private final Plan plan;
    private final Workload workload;
    private final TorturedCluster cluster;
    private final Recorder recorder;

    LastReads(Plan plan, Workload workload, TorturedCluster cluster, Recorder recorder) {
        this.plan = plan;
        this.workload = workload;
        this.cluster = cluster;
        this.recorder = recorder;
    }

    /** Reads, and writes down what was read; what is wrong with it. */
    List<String> read() {
        List<String> violations = new ArrayList<>();
        List<Ask> agreed = workload.lastReads();
        List<Ask> own = workload.ownReads();
        List<Ask> copies = workload.copy().stream().toList();
        long end = recorder.nanos() + plan.recoveryMax().toNanos();
        Map<String, List<Answer>> before = Map.of();
        Map<String, List<Answer>> ofTheirCopies;
        int still = own.isEmpty() ? STILL : 0;
        while (true) {
            Map<String, List<Answer>> said = look(agreed, end);
            Map<String, List<Answer>> ofThemselves = look(own, end);
            ofTheirCopies = look(copies, end);
            still = own.isEmpty() || ofThemselves.equals(before) ? still + 1 : 0;
            before = ofThemselves;
            if (still >= STILL && isAnswered(ofThemselves) && isOne(said) && isOne(ofTheirCopies)) {
                break;
            }
            if (recorder.nanos() > end) {
                violations.add("the nodes do not agree " + plan.recoveryMax().toSeconds() + " s after the end: "
                        + differences(agreed, said) + differences(copies, ofTheirCopies));
                break;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        write(Stream.concat(agreed.stream(), own.stream()).toList(), violations);
        ofTheirCopies.forEach((node, answers) -> answers.forEach(answer -> recorder.remark(
                "copy", JsonNodeFactory.instance.objectNode().put("node", node).set("says", answer.value()))));
        return violations;
    }

    /** What is judged is what is written down, so all of it has to be answered: they have just answered the same. */
    private void write(List<Ask> asks, List<String> violations) {
        long end = recorder.nanos() + plan.recoveryMax().toNanos();
        for (String node : plan.names()) {
            int process = recorder.process();
            for (Ask ask : asks) {
                Answer answer = MemberDoor.unknown("no time was left to ask");
                while (!answer.ok() && recorder.nanos() < end) {
                    answer = Client.exchange(process, READER, node, cluster.door(node), recorder, ask)
                            .answer();
                    if (answer.unknown()) {
                        process = recorder.process();
                    }
                    if (!answer.ok()) {
                        LockSupport.parkNanos(LOOK_NANOS);
                    }
                }
                if (!answer.ok()) {
                    violations.add("node " + node + " does not answer when all is over: " + ask.f() + " " + ask.key()
                            + ": " + answer.error());
                    return;
                }
            }
        }
    }

    private static boolean isAnswered(Map<String, List<Answer>> answers) {
        return answers.values().stream().allMatch(all -> all.stream().allMatch(Answer::ok));
    }

    private static boolean isOne(Map<String, List<Answer>> answers) {
        return isAnswered(answers) && Set.copyOf(answers.values()).size() == 1;
    }

    /** Once the time is over nobody is asked any more: a node that serves nothing would take the longest with each. */
    private Map<String, List<Answer>> look(List<Ask> asks, long end) {
        Map<String, List<Answer>> answers = new LinkedHashMap<>();
        for (String node : plan.names()) {
            List<Answer> all = new ArrayList<>();
            for (Ask ask : asks) {
                all.add(
                        recorder.nanos() > end
                                ? MemberDoor.unknown("no time was left to ask")
                                : Client.await(cluster.door(node), READER, ask));
            }
            answers.put(node, all);
        }
        return answers;
    }

    private static String differences(List<Ask> asks, Map<String, List<Answer>> answers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < asks.size() && text.length() < 2_000; i++) {
            int number = i;
            List<String> said = answers.entrySet().stream()
                    .map(node ->
                            node.getKey() + ": " + node.getValue().get(number).value() + " "
                                    + node.getValue().get(number).error())
                    .toList();
            if (said.stream()
                            .map(line -> line.substring(line.indexOf(':')))
                            .distinct()
                            .count()
                    > 1) {
                text.append(asks.get(i).f())
                        .append(' ')
                        .append(asks.get(i).key())
                        .append(said)
                        .append("; ");
            }
        }
        return text.toString();
    }
}
