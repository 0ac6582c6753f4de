package io.capstan.demo.story;

import static io.capstan.demo.story.Stage.must;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.NodeClient;
import io.capstan.demo.process.NodeClient.Answer;
import io.capstan.raft.lock.FencingToken;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The story of a split: what each service does before, during and after it.
 *
 * <p>Nodes a, b and c. The cut sets c apart: {@code cut a,b|c}. Both sides go on with names, groups and counters; only
 * the majority goes on with locks; the heal brings all of it together again. At last the node of a process that the cluster keeps
 * is killed. It may be played again, on the same cluster: what it needs is
 * cleared away first.
 */
public final class Story {
    /** How it ended. */
    public record Verdict(String story, int steps, long ms) {
        public boolean passed() {
            return story.equals("passed");
        }
    }

    /** How many steps the whole story has. */
    public static final int STEPS = Scene.values().length;

    /** Whom it is played on. */
    public static final List<String> NODES = List.of("a", "b", "c");

    private final Stage stage;
    private String tokenBefore = "";
    private String tokenDuring = "";
    private Map<String, Long> toldBefore = Map.of();

    private Story(Stage stage) {
        this.stage = stage;
    }

    /** Plays the first {@code until} steps, telling each as it is observed. A cut made by then stands. */
    public static Verdict play(LocalCluster cluster, int until, Audience audience) {
        long start = System.nanoTime();
        Stage stage = new Stage(cluster, until, audience);
        new EmptyStage(cluster).clear();
        try {
            Story story = new Story(stage);
            story.together();
            story.cut();
            story.apart();
            story.heal();
            new KeptProcess(stage).play();
        } catch (Stage.Curtain end) {
            // Told already.
        }
        return new Verdict(
                stage.failed() ? "failed" : "passed", stage.steps(), (System.nanoTime() - start) / 1_000_000);
    }

    private void together() {
        stage.step(Scene.FORM, () -> {}, "b", "a c", Story::linked);
        stage.step(
                Scene.REGISTER,
                () -> must(stage.on("a").post("/names/stock?within_ms=5000")),
                "b",
                "a",
                node -> owner(node, "stock"));
        stage.step(
                Scene.ASK,
                () -> {},
                "c",
                "a",
                node -> must(node.post("/names/stock/ask")).text("answered_by"));
        stage.step(
                Scene.TAKEN,
                () -> {},
                "c",
                "refused",
                node -> node.post("/names/stock?within_ms=5000").isOk() ? "granted" : "refused");
        stage.step(Scene.JOIN, () -> must(stage.on("b").post("/groups/room")), "c", "b", node -> members(node, "room"));
        stage.observe(
                Scene.LOCK,
                "b",
                () -> {
                    tokenBefore = take("a", "invoices");
                    return "a " + tokenBefore;
                },
                node -> holder(node, "invoices"));
        stage.step(
                Scene.UNLOCK,
                () -> must(stage.on("a").delete("/locks/invoices")),
                "c",
                "free",
                node -> holder(node, "invoices"));
    }

    private void cut() {
        stage.step(Scene.CUT, () -> stage.faults("cut a,b|c"), "a", "b", Story::linked);
        stage.step(Scene.ALONE, () -> {}, "c", "", Story::linked);
    }

    private void apart() {
        toldBefore = told("printer");
        stage.step(
                Scene.COUNT_TWO,
                () -> must(stage.on("a").post("/counters/visits?add=2")),
                "b",
                "2",
                node -> count(node, "visits"));
        stage.step(
                Scene.COUNT_THREE,
                () -> must(stage.on("c").post("/counters/visits?add=3")),
                "c",
                "3",
                node -> count(node, "visits"));
        stage.step(
                Scene.NAME_HERE,
                () -> must(stage.on("a").post("/names/printer?within_ms=5000")),
                "b",
                "a",
                node -> owner(node, "printer"));
        stage.step(
                Scene.NAME_THERE,
                () -> must(stage.on("c").post("/names/printer?within_ms=5000")),
                "c",
                "c",
                node -> owner(node, "printer"));
        stage.observe(
                Scene.GRANTED,
                "b",
                () -> {
                    tokenDuring = take("a", "invoices");
                    return "a " + tokenDuring + risen(tokenBefore, tokenDuring);
                },
                node -> holder(node, "invoices"));
        stage.step(
                Scene.REFUSED,
                () -> {},
                "c",
                "refused, retry is safe",
                node -> refusal(node.post("/locks/invoices?wait_ms=1500")));
    }

    private void heal() {
        stage.step(Scene.HEAL, () -> stage.faults("heal"), "c", "a b", Story::linked);
        stage.step(Scene.TOGETHER, () -> {}, "b", "5", node -> count(node, "visits"));
        stage.step(Scene.SETTLED, () -> {}, "b", "one owner, the other told", node -> settled("printer"));
        stage.observe(
                Scene.PASSED_ON,
                "a",
                () -> {
                    must(stage.on("a").delete("/locks/invoices"));
                    String token = take("c", "invoices");
                    return "c " + token + risen(tokenDuring, token);
                },
                node -> holder(node, "invoices"));
    }

    private String take(String node, String lock) {
        return must(stage.on(node).post("/locks/" + lock + "?wait_ms=10000")).text("token");
    }

    /** Nothing when the token rose; else words that no node will ever answer. */
    private static String risen(String before, String after) {
        return FencingToken.parse(before).compareTo(FencingToken.parse(after)) < 0
                ? ""
                : " but the token did not rise above " + before;
    }

    static String linked(NodeClient node) {
        return words(must(node.get("/status")).body().path("linked"));
    }

    static String owner(NodeClient node, String name) {
        return must(node.get("/names/" + name)).text("owner");
    }

    private static String members(NodeClient node, String group) {
        return words(must(node.get("/groups/" + group)).body().path("members"));
    }

    private static String count(NodeClient node, String counter) {
        return must(node.get("/counters/" + counter)).text("value");
    }

    private static String holder(NodeClient node, String lock) {
        Answer answer = must(node.get("/locks/" + lock));
        return answer.text("holder").isEmpty() ? "free" : answer.text("holder") + " " + answer.text("token");
    }

    private static String refusal(Answer answer) {
        if (answer.isOk()) {
            return "granted";
        }
        return answer.text("next").equals("RETRY") ? "refused, retry is safe" : "refused: " + answer.body();
    }

    /** One owner whom all three name, and the node of the other process knows that it lost. */
    private String settled(String name) {
        TreeSet<String> owners = new TreeSet<>();
        for (String node : NODES) {
            owners.add(owner(stage.on(node), name));
        }
        TreeSet<String> told = new TreeSet<>();
        told(name).forEach((node, times) -> {
            if (times > toldBefore.getOrDefault(node, 0L)) {
                told.add(node);
            }
        });
        TreeSet<String> loser = new TreeSet<>(Set.of("a", "c"));
        loser.removeAll(owners);
        return owners.size() == 1 && told.equals(loser)
                ? "one owner, the other told"
                : "owners " + owners + ", told " + told;
    }

    /** How often processes of each node were told that they lost the name. */
    private Map<String, Long> told(String name) {
        Map<String, Long> times = new TreeMap<>();
        for (String node : NODES) {
            for (JsonNode lost : must(stage.on(node).get("/names")).body().path("lost")) {
                if (lost.path("name").asText().equals(name)) {
                    times.merge(node, 1L, Long::sum);
                }
            }
        }
        return times;
    }

    private static String words(JsonNode array) {
        TreeSet<String> words = new TreeSet<>();
        array.forEach(word ->
                words.add(word.isTextual() ? word.asText() : word.path("node").asText()));
        return String.join(" ", words);
    }
}
