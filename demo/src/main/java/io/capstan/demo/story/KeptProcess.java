package io.capstan.demo.story;

import static io.capstan.demo.story.Stage.must;

import io.capstan.demo.process.NodeClient;
import io.capstan.demo.process.NodeClient.Answer;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The last act: a process that the cluster keeps exactly one of, whose node is killed. */
final class KeptProcess {
    static final String NAME = "lock-keeper";

    private final Stage stage;
    private String runsOn = "";

    KeptProcess(Stage stage) {
        this.stage = stage;
    }

    void play() {
        stage.step(
                Scene.STAND_BY,
                () -> Story.NODES.forEach(node -> must(stage.on(node).post("/standbys/" + NAME))),
                "c",
                "one, and all name it",
                node -> settled("", "a", "b", "c"));
        String first = runsOn;
        stage.observe(
                Scene.KEPT,
                next(first, 2),
                () -> {
                    String ann = lock(stage.on(next(first, 1)), "ann");
                    return ann.equals("ann has it, done") ? "ann has it, refused" : "ann has it first, not: " + ann;
                },
                node -> lock(node, "bob"));
        stage.step(
                Scene.GONE,
                () -> stage.faults("kill " + first),
                next(first, 1),
                "one, and all name it",
                node -> settled(first, next(first, 1), next(first, 2)));
        stage.step(Scene.FORGOTTEN, () -> {}, next(first, 2), "bob has it, done", node -> lock(node, "bob"));
        stage.step(
                Scene.RETURN,
                () -> stage.faults("restart " + first),
                next(first, 1),
                Story.NODES.stream()
                        .filter(node -> !node.equals(next(first, 1)))
                        .collect(Collectors.joining(" ")),
                Story::linked);
    }

    /** Whether all these nodes name the same owner, another than {@code not}. */
    private String settled(String not, String... nodes) {
        TreeSet<String> owners = new TreeSet<>();
        for (String node : nodes) {
            owners.add(Story.owner(stage.on(node), NAME));
        }
        if (owners.size() == 1 && !owners.first().isEmpty() && !owners.first().equals(not)) {
            runsOn = owners.first();
            return "one, and all name it";
        }
        return "owners " + owners;
    }

    private static String lock(NodeClient node, String client) {
        Answer answer = node.post("/standbys/" + NAME + "/lock?client=" + client);
        return answer.isOk()
                ? answer.text("holder") + " has it, "
                        + (answer.body().path("done").asBoolean() ? "done" : "refused")
                : answer.text("error");
    }

    /** The node so many places after this one, in a circle. */
    private static String next(String node, int places) {
        return Story.NODES.get((Story.NODES.indexOf(node) + places) % Story.NODES.size());
    }
}
