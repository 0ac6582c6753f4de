package io.capstan.demo.story;

import static io.capstan.demo.story.Stage.must;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.NodeClient;
import io.capstan.demo.process.NodeClient.Answer;
import io.capstan.raft.lock.FencingToken;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The story of a split: what each service does before, during and after it.
 *
 * <p>Nodes a, b and c. The cut sets c apart: {@code cut a,b|c}. Both sides go on with names, groups and counters; only
 * the majority goes on with locks; the heal brings all of it together again.
 */
public final class Story {
    /** How it ended. */
    public record Verdict(String story, int steps, long ms) {
        public boolean passed() {
            return story.equals("passed");
        }
    }

    /** How many steps the whole story has. */
    public static final int STEPS = 19;

    private final Stage stage;
    private String tokenBefore = "";
    private String tokenDuring = "";

    private Story(Stage stage) {
        this.stage = stage;
    }

    /** Plays the first {@code until} steps, telling each as it is observed. A cut made by then stands. */
    public static Verdict play(LocalCluster cluster, int until, Consumer<Step> told) {
        long start = System.nanoTime();
        Stage stage = new Stage(cluster, until, told);
        try {
            Story story = new Story(stage);
            story.together();
            story.cut();
            story.apart();
            story.heal();
        } catch (Stage.Curtain end) {
            // Told already.
        }
        return new Verdict(
                stage.failed() ? "failed" : "passed", stage.steps(), (System.nanoTime() - start) / 1_000_000);
    }

    private void together() {
        stage.step("three nodes form one cluster", () -> {}, "b", "a c", Story::linked);
        stage.step(
                "a registers the name stock: b finds it",
                () -> must(stage.on("a").post("/names/stock?within_ms=5000")),
                "b",
                "a",
                node -> owner(node, "stock"));
        stage.step(
                "a message sent to the name on c reaches the process on a",
                () -> {},
                "c",
                "a",
                node -> must(node.post("/names/stock/ask")).text("answered_by"));
        stage.step(
                "the name cannot be registered again: c is refused",
                () -> {},
                "c",
                "refused",
                node -> node.post("/names/stock?within_ms=5000").isOk() ? "granted" : "refused");
        stage.step(
                "b joins the group room: c sees it",
                () -> must(stage.on("b").post("/groups/room")),
                "c",
                "b",
                node -> members(node, "room"));
        stage.observe(
                "a takes the lock invoices: b sees its holder and token",
                "b",
                () -> {
                    tokenBefore = take("a", "invoices");
                    return "a " + tokenBefore;
                },
                node -> holder(node, "invoices"));
        stage.step(
                "a releases it: c sees it free",
                () -> must(stage.on("a").delete("/locks/invoices")),
                "c",
                "free",
                node -> holder(node, "invoices"));
    }

    private void cut() {
        stage.step(
                "c is cut off: a and b go on without it",
                () -> {
                    must(stage.on("a").post("/lab/cut?peer=c"));
                    must(stage.on("b").post("/lab/cut?peer=c"));
                    must(stage.on("c").post("/lab/cut?peer=a,b"));
                },
                "a",
                "b",
                Story::linked);
        stage.step("and c goes on alone", () -> {}, "c", "", Story::linked);
    }

    private void apart() {
        stage.step(
                "a counts 2 visits: b reads 2",
                () -> must(stage.on("a").post("/counters/visits?add=2")),
                "b",
                "2",
                node -> count(node, "visits"));
        stage.step(
                "c counts 3 visits: it reads 3, and is wrong, and that is ok",
                () -> must(stage.on("c").post("/counters/visits?add=3")),
                "c",
                "3",
                node -> count(node, "visits"));
        stage.step(
                "a registers the name printer: b finds a's",
                () -> must(stage.on("a").post("/names/printer?within_ms=5000")),
                "b",
                "a",
                node -> owner(node, "printer"));
        stage.step(
                "c registers printer too, and finds its own",
                () -> must(stage.on("c").post("/names/printer?within_ms=5000")),
                "c",
                "c",
                node -> owner(node, "printer"));
        stage.observe(
                "the majority takes the lock: b sees a holding it with a higher token",
                "b",
                () -> {
                    tokenDuring = take("a", "invoices");
                    return "a " + tokenDuring + risen(tokenBefore, tokenDuring);
                },
                node -> holder(node, "invoices"));
        stage.step(
                "the minority is refused",
                () -> {},
                "c",
                "refused, retry is safe",
                node -> refusal(node.post("/locks/invoices?wait_ms=1500")));
    }

    private void heal() {
        stage.step(
                "the cut is mended: c sees both again",
                () -> {
                    for (String node : new String[] {"a", "b", "c"}) {
                        must(stage.on(node).post("/lab/heal"));
                    }
                },
                "c",
                "a b",
                Story::linked);
        stage.step("the counts come together", () -> {}, "b", "5", node -> count(node, "visits"));
        stage.step(
                "printer has one owner on every node, and the loser was told",
                () -> {},
                "b",
                "one owner, the other told",
                node -> settled("printer"));
        stage.observe(
                "c takes the lock once a lets go: a sees it, with a higher token",
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

    private static String linked(NodeClient node) {
        return words(must(node.get("/status")).body().path("linked"));
    }

    private static String owner(NodeClient node, String name) {
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
        TreeSet<String> told = new TreeSet<>();
        for (String node : new String[] {"a", "b", "c"}) {
            owners.add(owner(stage.on(node), name));
            for (JsonNode lost : must(stage.on(node).get("/names")).body().path("lost")) {
                if (lost.path("name").asText().equals(name)) {
                    told.add(node);
                }
            }
        }
        TreeSet<String> loser = new TreeSet<>(java.util.Set.of("a", "c"));
        loser.removeAll(owners);
        return owners.size() == 1 && told.equals(loser)
                ? "one owner, the other told"
                : "owners " + owners + ", told " + told;
    }

    private static String words(JsonNode array) {
        TreeSet<String> words = new TreeSet<>();
        array.forEach(word ->
                words.add(word.isTextual() ? word.asText() : word.path("node").asText()));
        return String.join(" ", words);
    }
}
