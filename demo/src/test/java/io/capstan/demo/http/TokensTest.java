package io.capstan.demo.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.demo.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file of tokens")
class TokensTest {
    @TempDir
    Path folder;

    @Test
    void hasARoleForEach() {
        Path file = folder.resolve("tokens");
        String looks = Tokens.add(file, Role.READ);
        String rules = Tokens.add(file, Role.ADMIN);
        Tokens tokens = Tokens.read(file);
        assertThat(tokens.roleOf(looks)).contains(Role.READ);
        assertThat(tokens.roleOf(rules)).contains(Role.ADMIN);
        assertThat(tokens.roleOf("")).isEmpty();
        assertThat(tokens.roleOf(rules.substring(1))).isEmpty();
    }

    @Test
    void thatOthersMayReadIsRefused() throws IOException {
        Path file = folder.resolve("tokens");
        Tokens.add(file, Role.READ);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> Tokens.read(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void thatIsWrongIsRefusedWithoutAWordOfIt() throws IOException {
        for (String wrong : List.of("root 0123456789-0123456789", "read short", "0123456789-0123456789", "")) {
            Path file = Files.writeString(Files.createTempFile(folder, "", ""), "# tokens\n" + wrong + "\n");
            assertThatThrownBy(() -> Tokens.read(file))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(wrong.isEmpty() ? "has 0 tokens" : "line 2")
                    .hasMessageNotContainingAny("0123456789", "short");
        }
    }

    @Test
    void needsTheLeastRoleThatARequestIsForAndAnAdministratorsForWhatIsNotNamed() {
        assertThat(Role.needed("GET", "/raft", false)).isEqualTo(Role.READ);
        assertThat(Role.needed("POST", "/counters/hits", false)).isEqualTo(Role.OPERATE);
        assertThat(Role.needed("DELETE", "/locks/job", false)).isEqualTo(Role.OPERATE);
        assertThat(Role.needed("DELETE", "/locks/job", true)).isEqualTo(Role.ADMIN);
        assertThat(Role.needed("POST", "/raft/kv/backup", false)).isEqualTo(Role.ADMIN);
        assertThat(Role.needed("POST", "/lab/cuts", false)).isEqualTo(Role.ADMIN);
        assertThat(Role.needed("POST", "/whatever/comes", false)).isEqualTo(Role.ADMIN);
        assertThat(Role.needed("PATCH", "/", false)).isEqualTo(Role.ADMIN);
        assertThat(Role.ADMIN.allows(Role.READ)).isTrue();
        assertThat(Role.READ.allows(Role.OPERATE)).isFalse();
    }
}
