package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Files that all nodes write to and that admit nobody with a lower token than they have seen. */
final class GuardedFiles {
    private final Path folder;
    // Locks of files are a process's: threads of one must not both try.
    private final Executor thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "guarded-files");
        made.setDaemon(true);
        return made;
    });

    GuardedFiles(Path folder) {
        this.folder = folder;
    }

    /** Whether the file took it. */
    CompletionStage<JsonNode> write(String name, long token) {
        return CompletableFuture.supplyAsync(() -> BooleanNode.valueOf(admit(name, token)), thread);
    }

    private boolean admit(String name, long token) {
        try (FileChannel file = FileChannel.open(
                        folder.resolve("guarded-" + name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            ByteBuffer highest = ByteBuffer.allocate(Long.BYTES);
            boolean any = file.read(highest, 0) == Long.BYTES;
            if (any && highest.flip().getLong() > token && lock.isValid()) {
                return false;
            }
            file.write(ByteBuffer.allocate(Long.BYTES).putLong(token).flip(), 0);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
