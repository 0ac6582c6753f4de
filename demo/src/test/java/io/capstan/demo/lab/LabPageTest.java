package io.capstan.demo.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.Member;
import io.capstan.demo.process.NodeClient;
import io.capstan.demo.story.Scene;
import io.capstan.demo.story.Story;
import io.capstan.testkit.Await;
import io.capstan.testkit.Faults;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@DisplayName("The lab's page, in a browser,")
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class LabPageTest {
    private Chromium browser;
    private LocalCluster cluster;
    private Lab lab;

    @BeforeAll
    void open() {
        browser = Chromium.open();
        cluster = LocalCluster.start(Story.NODES);
        lab = Lab.over(cluster, 0);
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.close();
        }
        if (lab != null) {
            lab.close();
            cluster.close();
            assertThat(cluster.members())
                    .as("no orphans")
                    .noneMatch(member -> member.process().isAlive());
        }
    }

    @BeforeEach
    void load() {
        Faults.parse("heal; restart all").applyTo(cluster);
        browser.show(lab.address() + "/?pause_ms=1");
        browser.theme("light");
        browser.await("all nodes answer, and see each other", linked(2));
        browser.complaints();
    }

    @AfterEach
    void quiet() {
        browser.assertNoComplaints();
    }

    private static String linked(int peers) {
        return "lab.model.panels.size === 3 && [...lab.model.panels.values()].every(p => p && p.linked.length === "
                + peers + ")";
    }

    @Test
    @DisplayName("tells the whole story, each step observed, and says where in the source each is done")
    void story() {
        // In every build once; -Dlab.stories=20 as often as one likes.
        for (int told = 0; told < Integer.getInteger("lab.stories", 1); told++) {
            storyIsTold();
        }
        assertThat(browser.element("#story-source").getAttribute("href"))
                .contains("/source/io/capstan/demo/node/DemoNode.java#L");
        browser.show(String.valueOf(browser.value("document.querySelector('#story-source').href")));
        assertThat(browser.text(".line:target")).contains("Node.start(");
    }

    private void storyIsTold() {
        browser.click("#story-play");
        Await.until("the story is told", Duration.ofMinutes(2), () -> {
            String state = String.valueOf(browser.value("lab.model.story.state"));
            if (state.equals("reading") || state.equals("doing")) {
                return false;
            }
            assertThat(state).as(() -> browser.text("#story")).isIn("clearing", "passed");
            return state.equals("passed");
        });
        browser.await(
                "its steps are marked",
                "document.querySelectorAll('#story .progress .good').length === " + Story.STEPS);
        assertThat(browser.text("#story-caption")).isEqualTo(Scene.RETURN.text());
    }

    @Test
    @DisplayName("is one of two: each node has a page of its own, over its processes, groups, disk and latencies")
    void observer() {
        browser.show(cluster.member("a").ready().http());
        browser.await("its processes are shown", "document.querySelectorAll('#tree li').length > 20");
        browser.await("how long things take is drawn", "document.querySelectorAll('#plots path[d*=L]').length >= 5");
        browser.await("all are members", "document.querySelectorAll('#members tbody tr').length === 3");
        assertThat(browser.text("#raft")).contains("capstan-locks").contains("kv");
        assertThat(browser.text("#store")).contains("directory").contains("heap");
    }

    @Test
    @DisplayName("outlines what nodes answer differently, on both sides of a cut, until they agree again")
    void disagreement() {
        browser.click("[data-preset='1 | 2']");
        browser.await("c is alone", "lab.model.panels.get('c').linked.length === 0");
        act("a", "count", "apart", "2");
        act("c", "count", "apart", "3");
        act("a", "register", "both", "");
        act("c", "register", "both", "");
        browser.await(
                "the counter and the name differ", differs("counters", "apart") + " && " + differs("names", "both"));
        browser.await(
                "each side shows what was counted there",
                "(values => values.includes('2') && values.includes('3'))([...document.querySelectorAll("
                        + "'[data-service=counters] tr[data-key=apart] .value')].map(e => e.textContent))");
        // Not the page's own suggestion, which the monkey may have had c acquire before.
        act("c", "acquire", "vault", "");
        assertThat(browser.text("#acted"))
                .contains("✗")
                .contains("RETRY")
                .contains("trying again is safe")
                .contains("ms");
        act("a", "acquire", "vault", "");
        assertThat(browser.text("#acted")).contains("✓");
        browser.click("#heal");
        browser.await("all agree", "document.querySelectorAll('td.differs').length === 0");
        browser.await(
                "and the sum is the sum",
                "[...document.querySelectorAll("
                        + "'[data-service=counters] tr[data-key=apart] .value')].every(e => e.textContent === '5')");
        assertThat(browser.text("#timeline"))
                .contains("cut a,b|c")
                .contains("heal")
                .contains("has a link to c");
    }

    private static String differs(String service, String key) {
        return "document.querySelectorAll('[data-service=" + service + "] tr[data-key=" + key
                + "] td.differs').length === 3";
    }

    private void act(String node, String verb, String name, String value) {
        browser.value("(document.querySelector('#act-node input[value=" + node + "]').checked = true)");
        browser.value("(() => { const v = document.querySelector('#act-verb'); v.value = '" + verb
                + "'; v.dispatchEvent(new Event('change')); document.querySelector('#act-name').value = '" + name
                + "'; document.querySelector('#act-value').value = '" + value
                + "'; document.querySelector('#acted').textContent = ''; })()");
        browser.click("#act-do");
        browser.await(node + " has answered", "/[✓✗]/.test(document.querySelector('#acted').textContent)");
    }

    @Test
    @DisplayName("cuts a link by the keyboard, one way, and shows that it is not noticed yet, then that it is")
    void keyboard() {
        browser.value("document.querySelector('#one-way').click()");
        browser.value("(() => { const l = document.querySelector('[data-link=ab]'); l.focus(); l.dispatchEvent(new"
                + " KeyboardEvent('keydown', {key: 'Enter', bubbles: true})); })()");
        browser.await("it is cut", "lab.model.cuts.has('a>b') && !lab.model.cuts.has('b>a')");
        browser.await(
                "both ends noticed", "document.querySelector('[data-link=ab] .rate').textContent === 'a → b cut'");
        browser.value("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'h', bubbles: true}))");
        browser.await("it is whole", "document.querySelector('[data-link=ab]').classList.contains('up')");
    }

    @Test
    @DisplayName("kills the process of the node that leads: another leads, and the node comes back")
    void killing() {
        String leader = String.valueOf(browser.value("document.querySelector('#ring .leads').dataset.node"));
        long pid = cluster.member(leader).process().pid();
        browser.click(".node-card[data-node=" + leader + "] button.bad");
        browser.await(
                "another leads", "document.querySelector('#ring .leads:not([data-node=" + leader + "])') !== null");
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        browser.click(".node-card[data-node=" + leader + "] button.good");
        browser.await("it is back", linked(2));
    }

    @Test
    @DisplayName("stands a monkey that clicks on everything: no error, no orphan, and after heal all agree")
    void monkey() {
        // In every build a short one; -Dlab.monkey=60 as long as one likes, -Dlab.seed to have the same one again.
        long seconds = Long.getLong("lab.monkey", 4);
        SplittableRandom random = new SplittableRandom(Long.getLong("lab.seed", 7));
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        int clicks = 0;
        // A machine that is busy clicks slowly: a few it is, whatever the time.
        while (System.nanoTime() < end || clicks <= 10) {
            // Whatever can be clicked, but what leaves the page.
            browser.value(
                    "(() => { const all = [...document.querySelectorAll('button:not(:disabled), .link, .node, label')]"
                            + ".filter(e => !e.closest('[hidden]') && !/^copy-/.test(e.id)); if (all.length) all["
                            + random.nextInt(Integer.MAX_VALUE)
                            + " % all.length].dispatchEvent(new MouseEvent('click', {bubbles: true})); })()");
            clicks++;
        }
        assertThat(clicks).isGreaterThan(10);
        browser.value("document.querySelector('#story-stop').click()");
        Await.until(
                "the story has ended",
                Duration.ofMinutes(3),
                () -> !List.of("clearing", "doing", "reading")
                        .contains(String.valueOf(browser.value("lab.model.story.state"))));
        // What was clicked last may still be under way: a node that is being started, a link that is cut as we heal.
        Await.until("all run and see each other", Duration.ofMinutes(3), () -> {
            // By the lab's own button: only that ends links that flap.
            browser.value("document.querySelector('#heal').click()");
            Faults.parse("restart all").applyTo(cluster);
            return browser.holds(linked(2)) && browser.holds("lab.model.cuts.size === 0 && lab.model.flaps === ''");
        });
        browser.await("all agree", "document.querySelectorAll('td.differs').length === 0");
        long alive = ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .count();
        assertThat(alive).as("node processes").isEqualTo(3);
        assertThat(cluster.members()).extracting(Member::process).allMatch(process -> process.isAlive());
    }

    @Test
    @DisplayName("stays smooth with a thousand names, ten thousand counters and a hundred groups, all of them busy")
    @EnabledIfSystemProperty(named = "lab.many", matches = "true")
    void many() throws Exception {
        for (int batch = 0; batch < 10; batch++) {
            busy(batch);
        }
        IntStream.range(0, 100)
                .forEach(i ->
                        assertThat(client(i).post("/groups/group-" + i).isOk()).isTrue());
        IntStream.range(0, 1000)
                .parallel()
                .forEach(i -> assertThat(client(i)
                                .post("/names/name-" + i + "?within_ms=20000")
                                .isOk())
                        .isTrue());
        browser.await(
                "c has heard of all",
                "['names', 'counters', 'groups'].every((s, i) => "
                        + "lab.model.panels.get('c')[s].total >= [1000, 10000, 100][i])");
        // What it costs, of a node that is asked for little, and how it holds while all are as busy as they can.
        Costs.of(browser, Duration.ofSeconds(10), () -> busyFor(0, 100)).print("some");
        Costs costs = Costs.of(browser, Duration.ofSeconds(10), () -> busy(0));
        costs.print("busy");
        assertThat(costs.perSecond()).isGreaterThanOrEqualTo(30);
        assertThat(costs.longestTaskMs()).isLessThan(200);
        assertThat(browser.text("[data-service=counters] .total")).matches("1–10 of 10,0\\d\\d");
    }

    private NodeClient client(int i) {
        return cluster.member(Story.NODES.get(i % 3)).client();
    }

    private void busyFor(int batch, long ms) {
        busy(batch);
        LockSupport.parkNanos(ms * 1_000_000);
    }

    /** Adds to a thousand counters. */
    private void busy(int batch) {
        String deltas = IntStream.range(batch * 1000, batch * 1000 + 1000)
                .mapToObj(i -> "\"counter-" + i + "\":1")
                .collect(Collectors.joining(",", "{", "}"));
        assertThat(client(batch).post("/counters", deltas).isOk()).isTrue();
    }
}
