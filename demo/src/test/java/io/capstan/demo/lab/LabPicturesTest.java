package io.capstan.demo.lab;

import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.story.Scene;
import io.capstan.demo.story.Story;
import io.capstan.testkit.Await;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Of a cluster of their own, on which nothing but the story happens. */
@DisplayName("The pictures of the documents")
@Tag("browser")
@EnabledIfSystemProperty(named = "lab.screenshots", matches = ".+")
@Timeout(600)
class LabPicturesTest {
    private static final String ALL_THERE = "[...lab.model.panels.values()].filter(p => p && p.linked.length === 2)"
            + ".length === 3 && lab.model.rates.size === 6";

    @Test
    @DisplayName("are taken while the story is told: in the light and in the dark, on a desk and in a hand")
    void story() {
        try (Chromium browser = Chromium.open();
                LocalCluster cluster = LocalCluster.start(Story.NODES);
                Lab lab = Lab.over(cluster, 0)) {
            browser.show(lab.address() + "/?pause_ms=1");
            browser.theme("light");
            browser.await("all nodes answer, and see each other", ALL_THERE);
            browser.picture("lab");
            tell(browser, Scene.NAME_THERE);
            sizes(browser);
            tell(browser, Scene.GRANTED);
            browser.value(
                    "(() => { document.querySelector('#act-node input[value=c]').checked = true;"
                            + " const v = document.querySelector('#act-verb'); v.value = 'acquire';"
                            + " v.dispatchEvent(new Event('change')); document.querySelector('#act-name').value = 'invoices'; })()");
            browser.click("#act-do");
            browser.await("c is refused", "document.querySelector('#acted').textContent.includes('✗')");
            browser.picture("lab-cut");
            tell(browser, Scene.RETURN);
            node(browser, cluster, leader(browser));
            browser.show(lab.address());
            browser.theme("light");
            browser.await("all nodes answer, and see each other", ALL_THERE);
            String leader = leader(browser);
            browser.click(".node-card[data-node=" + leader + "] button.bad");
            browser.await(
                    "another leads", "document.querySelector('#ring .leads:not([data-node=" + leader + "])') !== null");
            browser.picture("lab-killed");
        }
    }

    private static String leader(Chromium browser) {
        return String.valueOf(browser.value("document.querySelector('#ring .leads').dataset.node"));
    }

    private static void tell(Chromium browser, Scene until) {
        while (browser.number("lab.model.story.steps.length") < until.number()) {
            long told = browser.number("lab.model.story.steps.length");
            browser.click("#story-next");
            Await.until(
                    "step " + (told + 1),
                    Duration.ofMinutes(1),
                    () -> browser.number("lab.model.story.steps.length") > told
                            && browser.holds("lab.model.story.state !== 'doing'"));
        }
        // What was observed on one node is on its way to the others.
        browser.await(
                "it is drawn",
                "document.querySelector('#story .progress').children[" + (until.number() - 1)
                        + "].className === 'good'");
    }

    private static void sizes(Chromium browser) {
        browser.picture("lab-story");
        browser.theme("dark");
        browser.picture("lab-story-dark");
        browser.size(390, 844, true);
        browser.picture("lab-phone-dark");
        browser.theme("light");
        browser.picture("lab-phone");
        browser.value("document.querySelector('#answers').scrollIntoView()");
        browser.picture("lab-phone-answers");
        browser.size(1440, 1000, false);
        browser.value("window.scrollTo(0, 0)");
    }

    /** A page over one node, once there is something to be seen in its plots. */
    private static void node(Chromium browser, LocalCluster cluster, String name) {
        browser.show(cluster.member(name).ready().http());
        browser.await(
                "half a minute of latencies",
                "[...document.querySelectorAll('#plots path')].filter(p => p.getAttribute('d').split('L').length > 30)"
                        + ".length >= 3");
        browser.picture("node");
        browser.theme("dark");
        browser.picture("node-dark");
    }
}
