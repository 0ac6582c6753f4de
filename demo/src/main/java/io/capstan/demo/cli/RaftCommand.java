package io.capstan.demo.cli;

import com.typesafe.config.ConfigFactory;
import io.capstan.demo.Json;
import io.capstan.raft.DirectoryReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an operator does with Raft members, one of the commands at a time. */
@Command(
        name = "raft",
        description = "Looks after the Raft members in a node's directory.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class RaftCommand implements Runnable {
    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "verify",
            description = {
                "Reads the write-ahead files, the Raft logs and their snapshots of a node that does not run, every checksum",
                "of them; no counters. Changes no record. Exit code 0: all is sound; 1: something is damaged."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(paramLabel = "DIR", description = "The node's data directory.") Path directory,
            @Option(names = "--json", description = "One JSON object per line.") boolean json) {
        return print(
                DirectoryReport.verify(directory, ConfigFactory.load()),
                json,
                spec.commandLine().getOut());
    }

    @Command(
            name = "repair",
            description = {
                "Marks the damaged members in the directory of a node that does not run: they do not start. Once an",
                "operator has removed the directory, the node joins anew. Removes nothing. Exit code 0: all is sound; 1: there are marked members."
            },
            mixinStandardHelpOptions = true)
    int repair(
            @Parameters(paramLabel = "DIR", description = "The node's data directory.") Path directory,
            @Option(names = "--json", description = "One JSON object per line.") boolean json) {
        return print(
                DirectoryReport.repair(directory, ConfigFactory.load()),
                json,
                spec.commandLine().getOut());
    }

    private record Directory(
            String node, int format, long frames, long losses, String writeAheadDamage, boolean sound) {}

    static int print(DirectoryReport report, boolean json, PrintWriter out) {
        String damage = report.writeAheadDamage() == null ? "" : report.writeAheadDamage();
        if (json) {
            out.println(Json.line(new Directory(
                    report.node(), report.format(), report.frames(), report.losses(), damage, report.sound())));
            report.members().forEach(member -> out.println(Json.line(member)));
        } else {
            out.printf("node %s, format %d%n", report.node(), report.format());
            out.printf(
                    "write-ahead files: %s%n",
                    damage.isEmpty() ? "sound, " + report.frames() + " group commits to move" : "DAMAGED, " + damage);
            if (report.losses() > 0) {
                out.printf("acknowledged writes were lost: %d times%n", report.losses());
            }
            table(out, report.members());
        }
        out.flush();
        return report.sound() ? Capstan.OK : Capstan.NOT_AS_EXPECTED;
    }

    private static void table(PrintWriter out, List<DirectoryReport.Member> members) {
        String row = "%-24s %8s %-16s %12s %12s %12s  %s%n";
        out.printf(row, "GROUP", "TERM", "VOTE", "SNAPSHOT", "FIRST", "LAST", "STATE");
        for (DirectoryReport.Member member : members) {
            out.printf(
                    row,
                    member.group(),
                    member.term(),
                    member.vote().isEmpty() ? "-" : member.vote(),
                    member.snapshotIndex(),
                    member.firstIndex(),
                    member.lastIndex(),
                    state(member));
        }
    }

    private static String state(DirectoryReport.Member member) {
        if (member.sound()) {
            return "sound";
        }
        if (member.damage().isEmpty()) {
            return "DAMAGED SNAPSHOT, " + member.snapshotDamage() + "; does not start without it";
        }
        return "DAMAGED, " + member.damage()
                + (member.marked()
                        ? "; marked: does not start"
                        : "; a start, or `capstan raft repair`, marks it as one that does not start");
    }
}
