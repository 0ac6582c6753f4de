package io.capstan.demo.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.Faults;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What was done in the lab")
class ExportTest {
    private static final List<String> NODES = List.of("a", "b", "c");

    private static Happened fault(long number, long ms, String notation, long took) {
        return new Happened(number, ms, Happened.Kind.FAULT, "", notation, true, took, notation, null);
    }

    private static Happened act(long number, long ms, String verb, String name, String value, boolean ok) {
        Act act = Act.of(Map.of("node", "b", "do", verb, "name", name, "value", value));
        return new Happened(
                number,
                ms,
                Happened.Kind.ACT,
                "b",
                act.text(),
                ok,
                12,
                null,
                Export.line(act, ok, ok ? "" : "RETRY", 12));
    }

    private static final List<Happened> ALL = List.of(
            fault(1, 1_000, "cut a,b|c", 20),
            act(2, 1_500, "register", "alice \"\\\u00e9", "", true),
            act(3, 1_600, "unregister", "alice", "", true),
            act(4, 1_700, "join", "room", "", true),
            act(5, 1_800, "leave", "room", "", true),
            act(6, 1_900, "count", "visits", "-3", true),
            act(7, 2_000, "acquire", "door", "", false),
            act(8, 7_100, "release", "door", "", true),
            act(9, 7_200, "write", "colour", "green\n", true),
            new Happened(10, 7_300, Happened.Kind.SEEN, "c", "has no link to a any more", true, 0, null, null),
            fault(11, 8_000, "kill a", 100),
            fault(12, 8_150, "restart a", 3_000),
            fault(13, 11_160, "heal", 5));

    @Test
    @DisplayName("is a schedule of faults with the times between them, what is a moment apart together")
    void asFaults() {
        String notation = Export.faults(ALL);
        assertThat(notation).isEqualTo("cut a,b|c; wait 6980ms; kill a; restart a; heal");
        assertThat(Faults.parse(notation).toString()).isEqualTo(notation);
        assertThat(Export.faults(List.of())).isEmpty();
    }

    @Test
    @DisplayName("is a test of the user's own that compiles, its acts and their outcomes in it")
    void asATest(@TempDir Path classes) {
        String source = Export.junit(NODES, ALL);
        assertThat(source)
                .contains("TestCluster.of(Node::forTest, \"a\", \"b\", \"c\")")
                .contains("cluster.apply(Faults.parse(\"cut a,b|c\"));")
                .contains("assertThat(count(\"b\", \"visits\", -3L)).as(\"in the lab: 12 ms\").isEqualTo(\"ok\");")
                .contains("assertThat(acquire(\"b\", \"door\")).as(\"in the lab: 12 ms\").isEqualTo(\"RETRY\");");
        assertThat(compiled(source, classes)).isEmpty();
    }

    @Test
    @DisplayName("is a test also when nothing was done yet")
    void nothing(@TempDir Path classes) {
        assertThat(compiled(Export.junit(NODES, List.of()), classes)).isEmpty();
    }

    /** What the compiler says against it. */
    private static String compiled(String source, Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///LabRunTest.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
        boolean ok = compiler.getTask(errors, null, null, options, null, List.of(file))
                .call();
        return ok ? "" : errors + "\n" + source;
    }
}
