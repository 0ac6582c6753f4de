package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
    /** What another JVM is given. */
    static final class Another {
        public static void main(String[] howMany) throws IOException {
            for (int i = Integer.parseInt(howMany[0]); i > 0; i--) {
                System.out.println(Ports.free());
            }
            System.out.println("done");
            // Keeps them until it is ended.
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Test
    void noTwoProcessesAreGivenTheSamePortWhileBothLive() throws Exception {
        // So many that two who did not know of each other would share some ninety.
        int each = 1_500;
        Process another = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Another.class.getName(),
                        String.valueOf(each))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            List<String> theirs = another.inputReader()
                    .lines()
                    .takeWhile(line -> !line.equals("done"))
                    .toList();
            Set<String> ours = new HashSet<>();
            for (int i = 0; i < each; i++) {
                ours.add(String.valueOf(Ports.free()));
            }

            assertThat(theirs).hasSize(each);
            assertThat(ours).hasSize(each).doesNotContainAnyElementsOf(theirs);
        } finally {
            another.destroyForcibly();
        }
    }
}
