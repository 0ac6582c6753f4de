package io.capstan.bench.torture.report;

import io.capstan.demo.HtmlText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The page of many runs: what they came to, workload by workload and fault by fault, and where the report of each is. */
final class CampaignPage {
    private final StringBuilder page = new StringBuilder();

    private CampaignPage() {}

    /** @param directory where the page will be: it names reports from there */
    static String of(Campaign campaign, List<Campaign.Run> runs, Path directory) {
        CampaignPage made = new CampaignPage();
        boolean passed = campaign.total().violations() == 0;
        made.page.append(Html.head("Torture", passed));
        made.add(String.format(
                Locale.ROOT,
                "<p>%,d runs, %.0f minutes under load, %,d operations, %,d faults, %d violations. Times are from when a"
                        + " fault was mended until every client was served again, in ms.</p>",
                campaign.total().runs(),
                campaign.total().minutes(),
                campaign.total().operations(),
                campaign.total().faults(),
                campaign.total().violations()));
        made.workloads(campaign);
        made.faults(campaign.faults());
        made.runs(runs, directory);
        made.add("</html>");
        return made.page.toString();
    }

    private void workloads(Campaign campaign) {
        add("<h2>Workloads</h2>");
        head("workload", "runs", "minutes", "operations", "unknown", "faults", "violations", "recovered, p50", "max");
        Stream.concat(campaign.workloads().stream(), Stream.of(campaign.total()))
                .forEach(each -> row(
                        HtmlText.escaped(each.workload()),
                        number(each.runs()),
                        String.format(Locale.ROOT, "%.1f", each.minutes()),
                        number(each.operations()),
                        number(each.unknown()),
                        number(each.faults()),
                        number(each.violations()),
                        number(each.recoveryMsP50()),
                        number(each.recoveryMsMax())));
        add("</table>");
    }

    private void faults(List<Campaign.OfFault> faults) {
        add("<h2>Faults</h2>");
        head("fault", "played", "workloads", "recovered, p50", "max", "not recovered");
        faults.forEach(each -> row(
                HtmlText.escaped(each.fault()),
                number(each.played()),
                number(each.workloads()),
                number(each.recoveryMsP50()),
                number(each.recoveryMsMax()),
                number(each.notRecovered())));
        add("</table>");
    }

    private void runs(List<Campaign.Run> runs, Path directory) {
        add("<h2>Runs</h2>");
        head("workload", "seed", "nodes", "faults", "violations");
        Path from = directory.toAbsolutePath();
        for (Campaign.Run run : runs) {
            String report = from.relativize(run.directory().toAbsolutePath().resolve("report.html")) + "";
            row(
                    "<a href=\"" + HtmlText.escaped(report) + "\">"
                            + HtmlText.escaped(run.outcome().workload()) + "</a>",
                    String.valueOf(run.outcome().seed()),
                    number(run.outcome().nodes().size()),
                    number(run.outcome().faults()),
                    number(run.outcome().violations().size()));
        }
        add("</table>");
    }

    private void head(String first, String... numbers) {
        add("<table><tr><th>" + first
                + String.join(
                        "",
                        Stream.of(numbers)
                                .map(each -> "<th class=\"number\">" + each)
                                .toList()) + "</tr>");
    }

    private void row(String first, String... numbers) {
        add("<tr><td>" + first
                + String.join(
                        "",
                        Stream.of(numbers)
                                .map(each -> "<td class=\"number\">" + each)
                                .toList()) + "</tr>");
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void add(String text) {
        page.append(text).append('\n');
    }
}
