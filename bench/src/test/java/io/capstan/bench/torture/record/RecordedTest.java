package io.capstan.bench.torture.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedTest {
    @TempDir
    Path directory;

    @Test
    void whatWasWrittenIsReadBackWithItsAnswersAndWithoutThem() throws IOException {
        Path file = directory.resolve("history.jsonl");
        try (Recorder recorder = new Recorder(file)) {
            int one = recorder.process();
            int two = recorder.process();
            recorder.write(one, Event.Type.INVOKE, "write", "x", IntNode.valueOf(1), "a", null);
            recorder.write(two, Event.Type.INVOKE, "read", "x", null, "b", null);
            recorder.remark("cut", TextNode.valueOf("a>b"));
            recorder.write(one, Event.Type.INFO, "write", "x", IntNode.valueOf(1), "a", "no answer");
            recorder.write(two, Event.Type.OK, "read", "x", NullNode.instance, "b", null);
            recorder.write(recorder.process(), Event.Type.INVOKE, "read", "x", null, "b", null);
        }

        Recorded recorded = Recorded.read(file);

        assertThat(recorded.operations()).hasSize(3);
        assertThat(recorded.operations().get(0).open()).isTrue();
        assertThat(recorded.operations().get(1).ok()).isTrue();
        assertThat(recorded.operations().get(1).output().isNull()).isTrue();
        assertThat(recorded.operations().get(2).open()).as("never answered").isTrue();
        assertThat(recorded.remarks("cut")).hasSize(1);
    }

    @Test
    void aLineIsWrittenInTheWordsThatOutsideJudgesKnow() throws IOException {
        Path file = directory.resolve("history.jsonl");
        try (Recorder recorder = new Recorder(file)) {
            recorder.write(7, Event.Type.INVOKE, "write", "x", IntNode.valueOf(1), null, null);
        }

        assertThat(Files.readString(file))
                .matches(
                        "\\{\"process\":7,\"type\":\"invoke\",\"f\":\"write\",\"key\":\"x\",\"value\":1,\"time\":\\d+\\}\n");
    }

    @Test
    void aLineThatMakesNoSenseIsNamedByItsNumber() throws IOException {
        Path file = directory.resolve("history.jsonl");
        Files.writeString(file, "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\",\"time\":1}\n{\"process\":\n");

        assertThatThrownBy(() -> Recorded.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2");
    }
}
