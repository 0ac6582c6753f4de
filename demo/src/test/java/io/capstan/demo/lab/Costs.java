package io.capstan.demo.lab;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the page costs: how many answers it took up, how often it drew them, and what for. Absolute rates are of a machine and its
 * load; what each answer costs is not.
 *
 * @param perSecond answers that it took up
 * @param drawnPerSecond how often it drew all that had changed
 * @param longestTaskMs the longest that the page could not have answered a click
 * @param pageMs of the page's main thread, for each answer: all of it, its script, its style and layout
 * @param cpuMs of processors, for each answer: of the nodes, of the lab (and of this test), of the browser
 */
record Costs(
        double perSecond,
        double drawnPerSecond,
        long longestTaskMs,
        Map<String, Double> pageMs,
        Map<String, Double> cpuMs) {
    /** Of the browser while {@code busy} is done again and again. */
    static Costs of(Chromium browser, Duration time, Runnable busy) {
        browser.value("Object.assign(lab.stats, {updates: 0, frames: 0, longestTaskMs: 0})");
        Map<String, Double> pageBefore = browser.metrics();
        Map<String, Double> cpuBefore = cpu();
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            busy.run();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double updates = browser.number("lab.stats.updates");
        return new Costs(
                updates / seconds,
                browser.number("lab.stats.frames") / seconds,
                browser.number("Math.round(lab.stats.longestTaskMs)"),
                each(pageBefore, browser.metrics(), updates),
                each(cpuBefore, cpu(), updates));
    }

    private static Map<String, Double> each(Map<String, Double> before, Map<String, Double> after, double updates) {
        Map<String, Double> each = new TreeMap<>();
        after.forEach((name, ms) -> each.put(name, (ms - before.getOrDefault(name, 0.0)) / updates));
        return each;
    }

    private static Map<String, Double> cpu() {
        Map<String, Double> ms = new TreeMap<>();
        ms.merge("lab", millis(ProcessHandle.current()), Double::sum);
        ProcessHandle.current().descendants().forEach(process -> {
            boolean node = process.info().command().orElse("").endsWith("java");
            ms.merge(node ? "nodes" : "browser", millis(process), Double::sum);
        });
        return ms;
    }

    private static double millis(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e6;
    }

    void print(String what) {
        System.out.printf(
                Locale.ROOT,
                "%s: %.1f answers a second, drawn %.1f times, longest task %d ms; ms for each: of the page %s, of processors %s%n",
                what,
                perSecond,
                drawnPerSecond,
                longestTaskMs,
                text(pageMs),
                text(cpuMs));
    }

    private static String text(Map<String, Double> ms) {
        StringBuilder text = new StringBuilder();
        ms.forEach((name, each) -> text.append(String.format(Locale.ROOT, " %s %.2f", name, each)));
        return text.toString().strip();
    }
}
