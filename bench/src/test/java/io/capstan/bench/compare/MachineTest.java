package io.capstan.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class MachineTest {
    @TempDir
    Path directory;

    @Test
    void whatAProcessUsesAndWritesIsSeen() throws Exception {
        List<Long> own = List.of(ProcessHandle.current().pid());
        Machine before = Machine.look(own, directory);
        long sum = 0;
        while (Machine.look(own, directory).since(before).cpuSeconds() < 0.05) {
            sum++;
        }
        try (FileChannel file =
                FileChannel.open(directory.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1 << 20));
            file.force(true);
        }
        Machine spent = Machine.look(own, directory).since(before);

        assertThat(sum).isPositive();
        assertThat(spent.cpuSeconds()).isBetween(0.05, 60.0);
        assertThat(spent.busySeconds()).isGreaterThanOrEqualTo(spent.cpuSeconds() - 0.1);
        assertThat(spent.rssMegabytes()).isBetween(10.0, 100_000.0);
        // Where temporary files are in memory, no device is written to.
        assertThat(spent.writtenBytes()).matches(bytes -> bytes == 0 || bytes >= 1 << 20);
    }
}
