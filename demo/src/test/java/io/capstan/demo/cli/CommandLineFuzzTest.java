package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.Fuzz;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A command line, whatever is on it,")
@Timeout(900)
class CommandLineFuzzTest {
    /** Of those that start processes and wait for people there are the refusals only: BadInputTest has some. */
    private static final List<String> COMMANDS = List.of(
            "status",
            "names",
            "groups",
            "counters",
            "kv",
            "lock",
            "raft",
            "raft offline",
            "certs",
            "completion",
            "",
            "help",
            "bogus");

    private static final List<String> WORDS = List.of(
            "list",
            "get",
            "put",
            "cas",
            "delete",
            "txn",
            "watch",
            "whereis",
            "register",
            "unregister",
            "members",
            "join",
            "leave",
            "publish",
            "add",
            "top",
            "show",
            "release",
            "promote",
            "remove",
            "transfer",
            "snapshot",
            "backup",
            "verify",
            "repair",
            "recover",
            "restore",
            "forget",
            "init",
            "node",
            "token",
            "--json",
            "--help",
            "--version",
            "--debug",
            "--node",
            "127.0.0.1:1",
            "http://",
            "::",
            "https://[::1",
            "--ttl",
            "--wait",
            "0s",
            "10s",
            "-1",
            "0",
            "99999999999999999999",
            "1e9",
            "",
            "--",
            "-",
            "@",
            "@nowhere",
            "\u0000",
            "\ud83d",
            "é",
            "%s%n%x",
            "${sys:user.home}",
            "READ",
            "ADMIN",
            "--days",
            "--host",
            "--lost",
            "--top",
            "--by",
            "--limit",
            "--prefix",
            "x".repeat(10_000));

    /** What the shell would have run, and what would be written where somebody said. */
    private static final Set<String> NEEDS_PLACES = Set.of("certs", "raft", "raft offline");

    @TempDir
    Path folder;

    private final Fuzz fuzz = new Fuzz("command line");

    @Test
    void isDoneOrRefusedAndNeverUnexpected() {
        fuzz.run(() -> {
            String command = fuzz.one(COMMANDS);
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            for (int some = fuzz.random().nextInt(6); some > 0; some--) {
                words.add(fuzz.one(WORDS));
            }
            if (NEEDS_PLACES.contains(command)) {
                words.replaceAll(this::within);
            }
            run(words);
        });
    }

    /** What was unexpected, before it was fuzzed for long enough. */
    @Test
    void isRefusedAlsoWhereNoFileCanBeCalledSo() {
        assertThat(run(List.of("lock", "x", "--", "\u0000"))).isEqualTo(LockCommand.NOT_RUN);
        assertThat(run(List.of("lock", "x", "--", "\ud83d"))).isEqualTo(LockCommand.NOT_RUN);
        assertThat(run(List.of("raft", "offline", "restore", place(), place()))).isEqualTo(Capstan.REFUSED);
    }

    private static int run(List<String> words) {
        Came came = Came.on("127.0.0.1:1", words.toArray(String[]::new));
        // Spelt out: a report ends where a character is that it cannot have.
        List<String> shown = words.stream().map(Printable::of).toList();
        assertThat(came.err()).as("%s", shown).doesNotContain("unexpected:", "Exception");
        assertThat(came.code()).as("%s", shown).isBetween(0, 255);
        return came.code();
    }

    private String place() {
        return folder.resolve("place-" + fuzz.random().nextInt(5)).toString();
    }

    /** A word that may be taken for a file's name is one of this test's. */
    private String within(String word) {
        return word.isEmpty() || word.startsWith("-") || COMMANDS.contains(word) || isVerb(word) ? word : place();
    }

    private static boolean isVerb(String word) {
        return word.equals("offline")
                || WORDS.subList(0, WORDS.indexOf("--json")).contains(word);
    }
}
