package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command line came to that ran in this process. */
record Came(int code, String out, String err) {
    static Came of(String... arguments) {
        return run((out, err) -> Capstan.run(out, err, arguments));
    }

    /** The same, of a shell that asks the node at {@code http} unless told otherwise. */
    static Came on(String http, String... arguments) {
        return run((out, err) -> Capstan.runOn(http, out, err, arguments));
    }

    private interface Run {
        int to(PrintWriter out, PrintWriter err);
    }

    private static Came run(Run run) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = run.to(new PrintWriter(out, true), new PrintWriter(err, true));
        return new Came(code, out.toString(), err.toString());
    }

    JsonNode json() throws IOException {
        return Json.MAPPER.readTree(out);
    }
}
