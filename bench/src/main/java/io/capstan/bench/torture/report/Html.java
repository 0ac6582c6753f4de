package io.capstan.bench.torture.report;

import io.capstan.bench.torture.Episode;
import io.capstan.bench.torture.Outcome;
import io.capstan.demo.HtmlText;
import java.util.List;
import java.util.Locale;

/** The page around the picture: what was run, what it came to, and every fault. It needs no network. */
final class Html {
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #ffffff; --line: #d8dee6;
              --ok: #2e8b57; --fail: #d08a00; --info: #b3261e; --fault: #b3261e22; --heal: #3a6ea522; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --paper: #14181e;
              --line: #2c343f; --ok: #4fc08d; --fail: #f0b03f; --info: #ff7b72; --fault: #ff7b7233; --heal: #6cb0ff2e; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
              max-width: 1120px; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
            .verdict { font-weight: 700; } .passed { color: var(--ok); } .failed { color: var(--info); }
            table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem;
              border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; }
            td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
            code, pre { font: 13px/1.45 ui-monospace, monospace; } pre { overflow-x: auto; white-space: pre-wrap; }
            svg { width: 100%; height: auto; } svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
            svg .node { font-size: 14px; font-weight: 600; fill: var(--ink); } svg .rule { stroke: var(--line); }
            svg .fault { fill: var(--fault); } svg .heal { fill: var(--heal); }
            svg .ok { fill: var(--ok); } svg .fail { fill: var(--fail); } svg .info { fill: var(--info); }
            .key span { margin-right: 1.2rem; color: var(--soft); } .key i { display: inline-block; width: .8rem;
              height: .8rem; margin-right: .35rem; vertical-align: -1px; border-radius: 2px; }
            """;

    private final StringBuilder page = new StringBuilder();

    private Html() {}

    static String page(Outcome outcome, String timeline) {
        Html html = new Html();
        html.page.append(head("Torture: " + outcome.workload(), outcome.passed()));
        long lost = outcome.episodes().stream()
                .filter(each -> each.recoveryMillis() < 0)
                .count();
        html.add(String.format(
                Locale.ROOT,
                "<p>%d nodes, seed %d, %,d s. %,d operations: %,d ok, %,d refused, %,d of unknown outcome. %d faults;"
                        + " %s every client was served again within %,d ms.</p>",
                outcome.nodes().size(),
                outcome.seed(),
                outcome.millis() / 1_000,
                outcome.operations(),
                outcome.ok(),
                outcome.failed(),
                outcome.unknown(),
                outcome.faults(),
                lost == 0 ? "after each" : "after all but " + lost + " of them",
                outcome.recoveryMillisMax()));
        html.violations(outcome.violations());
        html.add("<p class=\"key\">");
        html.key("ok", "ok").key("fail", "refused").key("info", "outcome unknown");
        html.key("fault", "fault, by its number below").key("heal", "mended, until every client was served");
        html.add("</p>");
        html.add(timeline);
        html.faults(outcome.episodes());
        if (!outcome.missing().isEmpty()) {
            html.add("<h2>Left out on this machine</h2><ul>");
            outcome.missing().forEach(line -> html.add("<li>" + HtmlText.escaped(line)));
            html.add("</ul>");
        }
        html.add(
                "<p>Every request and answer stands in <code>history.jsonl</code>; <code>capstan torture --check</code>"
                        + " judges it again.</p>\n</html>");
        return html.page.toString();
    }

    /** How a page begins, up to its heading. */
    static String head(String title, boolean passed) {
        String verdict = passed ? "passed" : "failed";
        return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" + HtmlText.escaped(title) + " "
                + verdict
                + "</title>\n<style>" + STYLE + "</style>\n<h1>" + HtmlText.escaped(title) + " <span class=\"verdict "
                + verdict
                + "\">" + verdict + "</span></h1>\n";
    }

    private void violations(List<String> violations) {
        if (!violations.isEmpty()) {
            add("<h2>What is wrong</h2>");
            violations.forEach(line -> add("<pre>" + HtmlText.escaped(line) + "</pre>"));
        }
    }

    private void faults(List<Episode> episodes) {
        add(
                "<h2>Faults</h2><table><tr><th class=\"number\"><th>fault<th>as played<th class=\"number\">from, s<th class=\"number\">to, s"
                        + "<th class=\"number\">recovered after, ms</tr>");
        int number = 0;
        for (Episode each : episodes) {
            add(String.format(
                    Locale.ROOT,
                    "<tr><td class=\"number\">%d<td>%s<td><code>%s</code><td class=\"number\">%.1f<td class=\"number\">%.1f<td class=\"number\">%s</tr>",
                    ++number,
                    HtmlText.escaped(each.name()),
                    HtmlText.escaped(each.faults()),
                    each.beginMillis() / 1e3,
                    each.healMillis() / 1e3,
                    each.recoveryMillis() < 0 ? "not" : String.format(Locale.ROOT, "%,d", each.recoveryMillis())));
        }
        add("</table>");
    }

    private Html key(String style, String meaning) {
        add("<span><i style=\"background: var(--" + style + ")\"></i>" + meaning + "</span>");
        return this;
    }

    private void add(String text) {
        page.append(text).append('\n');
    }
}
