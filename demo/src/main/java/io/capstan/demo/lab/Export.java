package io.capstan.demo.lab;

import io.capstan.demo.http.Pages;
import io.capstan.testkit.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What was done in the lab, for others to do again. Pure. */
final class Export {
    /** A test is read: what is only a moment apart is not told apart. */
    private static final long WAIT_MIN_MS = 100;

    private static final String TEMPLATE = "lab/LabRunTest.txt";

    private Export() {}

    /** The faults, with the times between them, in the notation of {@link Faults}; empty when there were none. */
    static String faults(List<Happened> happened) {
        List<String> steps = new ArrayList<>();
        long before = -1;
        for (Happened each : happened) {
            if (each.fault() != null) {
                if (before >= 0 && each.ms() - before >= WAIT_MIN_MS) {
                    steps.add("wait " + (each.ms() - before) + "ms");
                }
                steps.add(each.fault());
                before = each.ms() + each.took();
            }
        }
        return steps.isEmpty() ? "" : Faults.parse(String.join("; ", steps)).toString();
    }

    /**
     * Faults and acts as a test on a cluster in one JVM. Each act is to come out as it did in the lab.
     *
     * @param nodes of the lab
     */
    static String junit(List<String> nodes, List<Happened> happened) {
        List<String> lines = new ArrayList<>();
        long before = -1;
        for (Happened each : happened) {
            if (each.fault() == null && each.code() == null) {
                continue;
            }
            if (before >= 0 && each.ms() - before >= WAIT_MIN_MS) {
                lines.add("cluster.apply(Faults.parse(\"wait " + (each.ms() - before) + "ms\"));");
            }
            lines.add(each.fault() != null ? "cluster.apply(Faults.parse(\"" + each.fault() + "\"));" : each.code());
            before = Math.max(before, each.ms() + each.took());
        }
        String quoted = nodes.stream().map(node -> "\"" + node + "\"").collect(Collectors.joining(", "));
        String body = lines.isEmpty() ? "// Nothing was done yet." : String.join("\n        ", lines);
        return Pages.text(TEMPLATE)
                .replace("/* nodes */", quoted)
                .replace("/* voters */", String.join(", ", nodes))
                .replace("/* what was done */", body);
    }

    /** How an exported test does an act, and what it expects. */
    static String line(Act act, boolean ok, String next, long took) {
        return "assertThat(" + act.code() + ").as(\"in the lab: " + took + " ms\").isEqualTo(\"" + (ok ? "ok" : next)
                + "\");";
    }
}
