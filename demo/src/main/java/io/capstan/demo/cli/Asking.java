package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.process.NodeClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What every command that asks a node is told, and how it says what it was answered. */
final class Asking {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    @Mixin
    private NodesOption nodes = new NodesOption();

    @Option(names = "--json", description = "JSON, one object per line, as the node answered it.")
    private boolean json;

    @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    NodesOption nodes() {
        return nodes;
    }

    boolean json() {
        return json;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    JsonNode get(String path) {
        return nodes.first().get(path).required();
    }

    JsonNode post(String path, String body) {
        return nodes.first().post(path, body, ANSWER_MAX).required();
    }

    JsonNode delete(String path) {
        return nodes.first().delete(path).required();
    }

    /** One answer: as it is, or in words. */
    int say(JsonNode answer, String words) {
        out().println(json ? answer.toString() : Printable.of(words));
        out().flush();
        return Capstan.OK;
    }

    /** Many: each as it is, or a row of a table. */
    int say(Iterable<JsonNode> answers, Table table, Consumer<JsonNode> row) {
        if (json) {
            answers.forEach(answer -> out().println(answer));
            out().flush();
        } else {
            answers.forEach(row);
            print(table);
        }
        return Capstan.OK;
    }

    void print(Table table) {
        table.print(out(), spec.commandLine().getColorScheme().ansi());
    }

    /** A node that does not answer, among others that do. */
    void silent(String node, String why) {
        spec.commandLine()
                .getErr()
                .println("capstan: " + (why.startsWith("node ") ? "" : "node " + node + ": ") + Printable.of(why));
    }

    /** A stream of answers, each as it comes, until it ends or this process does. */
    int follow(String path, Consumer<JsonNode> words) {
        nodes.first().follow(path, answer -> {
            if (json) {
                out().println(answer);
            } else {
                words.accept(answer);
            }
            out().flush();
        });
        return Capstan.OK;
    }

    /** A name in a path. */
    static String segment(String name) {
        return NodeClient.part(name);
    }
}
