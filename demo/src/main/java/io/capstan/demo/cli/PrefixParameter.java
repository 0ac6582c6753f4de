package io.capstan.demo.cli;

import io.capstan.demo.process.NodeClient;
import picocli.CommandLine.Parameters;

/** Which of many are listed. */
final class PrefixParameter {
    @Parameters(paramLabel = "PREFIX", arity = "0..1", defaultValue = "", description = "Only those that begin so.")
    private String text = "";

    /** For a query of a node's door. */
    String query() {
        return "prefix=" + NodeClient.segment(text);
    }
}
