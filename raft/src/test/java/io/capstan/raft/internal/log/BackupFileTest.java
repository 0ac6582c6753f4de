package io.capstan.raft.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.GroupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFileTest {
    private static final Configuration CONFIGURATION =
            new Configuration(List.of(new Member(new MemberId("s1", 7), Member.Kind.VOTER, 1)));

    @TempDir
    private Path folder;

    private static String i64(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    @Test
    void aBackupHasItsBytes() throws IOException {
        Path file = folder.resolve("g.backup");
        SnapshotMeta meta = new SnapshotMeta(4, 2, 9, 1, CONFIGURATION);
        try (BackupFile.Writing out =
                new BackupFile.Writing(file, new BackupFile.Head("g", new GroupId(5, 6), 3, meta, 2, 5))) {
            out.piece(new byte[] {(byte) 0xca, (byte) 0xfe});
            out.entry(new Entry(5, 3, 9, Entry.Kind.COMMAND, new byte[] {1}));
            out.seal();
        }

        String configuration = "0101" + "00" + i64(1) + i64(7) + "027331";
        String head = "0167" + i64(5) + i64(6) + i64(3) + i64(4) + i64(2) + i64(9) + i64(1) + "00000016" + configuration
                + i64(2) + i64(5);
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
                .isEqualTo("4341504241434b0a" + "01" + "00000064" + head + "ec994f4e" + "00000002" + "cafe" + "a70f7dec"
                        + "00000012" + "01" + i64(3) + i64(9) + "01" + "8cae1650" + "00000000" + "9f78417e");
        assertThat(BackupFile.verify(file)).isEqualTo(new BackupFile.Head("g", new GroupId(5, 6), 3, meta, 2, 5));
    }
}
