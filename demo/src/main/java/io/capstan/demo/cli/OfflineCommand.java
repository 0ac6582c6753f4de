package io.capstan.demo.cli;

import com.typesafe.config.ConfigFactory;
import io.capstan.demo.Json;
import io.capstan.raft.DirectoryReport;
import io.capstan.raft.GroupDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an operator does with the Raft members in the directory of a node that does not run. */
@Command(
        name = "offline",
        description = "Looks after the Raft members in the directory of a node that does not run.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class OfflineCommand extends CommandGroup {
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
                "Marks the damaged members in the directory of a node that does not run: they do not start. Once",
                "`capstan raft offline forget` has removed one, the node joins that group anew. Removes nothing itself. Exit code 0: all",
                "is sound; 1: there are marked members."
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

    @Command(
            name = "recover",
            description = {
                "FORCED RECOVERY: has a group go on from the member in the directory of a node that does not run, after a",
                "majority of its voters was lost for ever. Acknowledged writes that never reached this member are LOST.",
                "Of several survivors take the one whose log goes furthest (capstan raft offline verify). Never start a lost node",
                "again with its old directory, and `capstan raft offline forget` the group on the other survivors."
            },
            mixinStandardHelpOptions = true)
    int recover(
            @Parameters(paramLabel = "DIR", description = "The node's data directory.") Path directory,
            @Parameters(paramLabel = "GROUP", description = "The group's name.") String group,
            @Option(
                            names = "--lost",
                            required = true,
                            split = ",",
                            paramLabel = "NODE",
                            description = "The voters that never come back: a majority.")
                    List<String> lost,
            @Option(names = "--json", description = "One JSON object.") boolean json) {
        return print(
                "goes on from " + directory + " ALONE",
                GroupDirectory.recover(directory, group, Set.copyOf(lost), ConfigFactory.load()),
                json);
    }

    @Command(
            name = "backup",
            description =
                    "Writes a member's snapshot and log from the directory of a node that does not run to a file.",
            mixinStandardHelpOptions = true)
    int backup(
            @Parameters(paramLabel = "DIR", description = "The node's data directory.") Path directory,
            @Parameters(paramLabel = "GROUP", description = "The group's name.") String group,
            @Parameters(paramLabel = "FILE", description = "Where to; it must not be there.") Path file,
            @Option(names = "--json", description = "One JSON object.") boolean json) {
        return print("is saved to " + file, GroupDirectory.backup(directory, group, file, ConfigFactory.load()), json);
    }

    @Command(
            name = "restore",
            description = {
                "Makes a group again from a backup, in the directory of a node that does not run, with that node as its one",
                "voter and a higher recovery epoch. No member of the group's earlier making may be started again. See that this",
                "machine's clock is right: where a directory was deleted, the clock alone makes fencing tokens rise."
            },
            mixinStandardHelpOptions = true)
    int restore(
            @Parameters(paramLabel = "DIR", description = "The node's data directory.") Path directory,
            @Parameters(paramLabel = "FILE", description = "The backup.") Path file,
            @Option(
                            names = "--node",
                            paramLabel = "NAME",
                            description = "Whose directory it is to be, if it is none yet.")
                    @Nullable
                    String node,
            @Option(names = "--json", description = "One JSON object.") boolean json) {
        return print(
                "is restored from " + file, GroupDirectory.restore(directory, node, file, ConfigFactory.load()), json);
    }

    @Command(
            name = "forget",
            description = {
                "Removes a member, log and snapshots, from the directory of a node that does not run: the node joins the",
                "group anew. Only when the group goes on without it; what it alone has is LOST. To remake a group forget it so,",
                "and delete no directory: a directory remembers up to where fencing tokens were issued."
            },
            mixinStandardHelpOptions = true)
    int forget(
            @Parameters(paramLabel = "DIR", description = "The node's data directory.") Path directory,
            @Parameters(paramLabel = "GROUP", description = "The group's name.") String group) {
        GroupDirectory.forget(directory, group, ConfigFactory.load());
        spec.commandLine().getOut().printf("group %s is forgotten in %s%n", group, directory);
        return Capstan.OK;
    }

    private int print(String what, GroupDirectory.Outcome outcome, boolean json) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(outcome));
        } else {
            out.printf(
                    "group %s %s: node %s, recovery epoch %d, log to entry %d%n",
                    outcome.group(), what, outcome.node(), outcome.epoch(), outcome.lastIndex());
            // A backup that was restored elsewhere meanwhile has the same epoch there.
            if (outcome.epoch() > System.currentTimeMillis()) {
                out.printf(
                        "THIS MACHINE'S CLOCK IS BEHIND the group's epoch: set it right before this is done on another%n");
            }
        }
        out.flush();
        return Capstan.OK;
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
                    "%s%n",
                    damage.isEmpty()
                            ? "write-ahead files: sound, " + report.frames() + " group commits to move"
                            : "store: DAMAGED, " + damage);
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
                        : "; a start, or `capstan raft offline repair`, marks it as one that does not start");
    }
}
