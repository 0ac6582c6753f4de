package io.capstan.demo.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.story.Story;
import io.capstan.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@DisplayName("The lab")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class LabTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private LocalCluster cluster;
    private Lab lab;

    @BeforeAll
    void open() {
        cluster = LocalCluster.start(Story.NODES);
        lab = Lab.over(cluster, 0);
    }

    @AfterAll
    void close() {
        lab.close();
        cluster.close();
        assertThat(cluster.members()).noneMatch(member -> member.process().isAlive());
    }

    private record Came(int status, String text) {
        JsonNode json() throws IOException {
            return Json.MAPPER.readTree(text);
        }
    }

    private static Came send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
        return new Came(response.statusCode(), response.body());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(lab.address() + path));
    }

    private Came post(String path, String body) throws Exception {
        return send(to(path).header(LabDoor.TOKEN, lab.token()).POST(BodyPublishers.ofString(body)));
    }

    private Came faults(String notation) throws Exception {
        Came came = post("/api/faults", notation);
        assertThat(came.status()).as(came.text()).isEqualTo(200);
        return came;
    }

    private List<String> linked(String node) {
        List<String> names = new ArrayList<>();
        cluster.member(node).client().get("/panel").body().path("linked").forEach(name -> names.add(name.asText()));
        return names;
    }

    private void awaitWhole() {
        for (String node : Story.NODES) {
            Await.until(node + " sees both others", () -> linked(node).size() == 2);
        }
    }

    @Test
    @DisplayName("does nothing for who has not its token, and nothing at all for pages of others")
    void strangers() throws Exception {
        HttpRequest.Builder kill = to("/api/faults").POST(BodyPublishers.ofString("kill a"));
        assertThat(send(kill).text()).contains(LabDoor.TOKEN);
        HttpRequest.Builder elsewhere = to("/api/faults")
                .header(LabDoor.TOKEN, lab.token())
                .header("Origin", "http://elsewhere.example")
                .POST(BodyPublishers.ofString("kill a"));
        assertThat(send(elsewhere)).satisfies(came -> {
            assertThat(came.status()).isEqualTo(403);
            assertThat(came.text()).contains("http://elsewhere.example");
        });
        String door = cluster.member("a").ready().http();
        HttpRequest.Builder node = HttpRequest.newBuilder(URI.create(door + "/counters/stolen"))
                .header("Origin", lab.address())
                .POST(BodyPublishers.noBody());
        assertThat(send(node).status()).as("of another port, too").isEqualTo(403);
        assertThat(cluster.member("a").process().isAlive()).isTrue();
        assertThat(cluster.member("a").client().get("/counters/stolen").text("value"))
                .isEqualTo("0");
    }

    @Test
    @DisplayName("keeps what is cut one way cut when the node is killed and started again, until it is healed")
    void cuts() throws Exception {
        awaitWhole();
        faults("cut a,b>c");
        Await.until("c hears nobody", () -> linked("c").isEmpty());
        faults("kill c; restart c");
        assertThat(cluster.member("c").client().get("/lab/cuts").body().path("in"))
                .isEqualTo(Json.MAPPER.valueToTree(List.of("a", "b")));
        assertThat(linked("a")).doesNotContain("c");
        assertThat(faults("heal").json().path("cuts")).isEmpty();
        awaitWhole();
        String notation = send(to("/api/faults")).text();
        assertThat(notation).contains("cut a,b>c").contains("kill c; restart c").contains("heal");
        assertThat(send(to("/api/timeline")).text())
                .contains("c\",\"text\":\"is gone")
                .contains("is there, as incarnation");
    }

    @Test
    @DisplayName("refuses in one line what is no fault, what it cannot do, and whom it does not know")
    void refusals() throws Exception {
        assertThat(post("/api/faults", "cut a").json().path("error").asText()).contains("at 6: expected");
        assertThat(post("/api/faults", "pause a 1s").json().path("error").asText())
                .contains("not paused");
        assertThat(post("/api/faults", "kill z").json().path("error").asText()).contains("no node z");
        assertThat(post("/api/act?node=a&do=dance&name=x", "")
                        .json()
                        .path("error")
                        .asText())
                .contains("dance");
        // As when somebody gives the lab's address to capstan --node.
        assertThat(send(to("/names")).json().path("error").asText())
                .contains("of the lab, which is no node")
                .contains(cluster.member("a").ready().http());
        assertThat(send(to("/web/no-such.js")).json().path("error").asText()).contains("no-such.js");
        assertThat(send(to("/web/..%2fcapstan-lan.conf")).status()).isNotEqualTo(200);
    }

    @Test
    @DisplayName("tells a refusal with its text, the next move and how long it took")
    void acts() throws Exception {
        awaitWhole();
        JsonNode first = post("/api/act?node=a&do=register&name=once", "").json();
        assertThat(first.path("ok").asBoolean()).as(first.toString()).isTrue();
        JsonNode second = post("/api/act?node=b&do=register&name=once", "").json();
        assertThat(second.path("ok").asBoolean()).isFalse();
        assertThat(second.path("error").asText()).contains("once");
        assertThat(second.path("next").asText()).isEqualTo("DO_NOT_RETRY");
        assertThat(second.path("ms").isNumber()).isTrue();
        Await.until(
                "the map is there, and written",
                () -> post("/api/act?node=c&do=write&name=colour&value=green", "")
                        .json()
                        .path("ok")
                        .asBoolean());
        Await.until(
                "b's own member has it",
                () -> cluster.member("b")
                        .client()
                        .get("/panel?find=colour")
                        .body()
                        .path("keys")
                        .path("rows")
                        .path("colour")
                        .path("value")
                        .asText()
                        .equals("green"));
    }

    @Test
    @DisplayName("says of a node that does not run that it does not, and exports nothing that nobody was there to do")
    void absent() throws Exception {
        awaitWhole();
        faults("kill b");
        JsonNode refused = post("/api/act?node=b&do=count&name=nobodys", "").json();
        faults("restart b");
        assertThat(refused.path("error").asText()).isEqualTo("node b does not run: restart it first");
        assertThat(refused.path("next").asText()).isEqualTo("RETRY");
        assertThat(send(to("/api/timeline")).text()).contains("counts 1 on nobodys: node b does not run");
        assertThat(send(to("/api/junit")).text()).contains("kill b").doesNotContain("nobodys");
        awaitWhole();
    }

    @Test
    @DisplayName(
            "sends a page thirty answers a second, each of the page that was asked for, and no more than that page")
    void pages() throws Exception {
        for (int i = 0; i < 30; i++) {
            cluster.member("a").client().post("/counters/paged-" + (10 + i));
        }
        String from = "paged-20";
        Await.until("c has heard of all", () -> panel("c", from).path("total").asInt() == 30);
        assertThat(panel("c", from).path("rows").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("paged-20", "paged-21", "paged-22", "paged-23", "paged-24");

        Map<String, Integer> heard = new ConcurrentHashMap<>();
        HttpResponse<java.util.stream.Stream<String>> events =
                HTTP.send(to("/api/events?limit=5&find=paged-&counters=" + from).build(), BodyHandlers.ofLines());
        Thread reader = new Thread(() -> events.body().forEach(line -> {
            if (line.startsWith("data:{\"node\":")) {
                heard.merge(line.substring(14, 15), 1, Integer::sum);
                assertThat(line).doesNotContain("paged-19").doesNotContain("paged-25");
            }
        }));
        reader.setDaemon(true);
        long start = System.nanoTime();
        reader.start();
        Await.until(
                "120 answers",
                () -> heard.values().stream().mapToInt(each -> each).sum() >= 120);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(heard.keySet()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(120 / seconds).as("a second").isGreaterThan(10 / Await.timeFactor());
        reader.interrupt();
    }

    private JsonNode panel(String node, String from) {
        return cluster.member(node)
                .client()
                .get("/panel?limit=5&find=paged-&counters=" + from)
                .body()
                .path("counters");
    }
}
