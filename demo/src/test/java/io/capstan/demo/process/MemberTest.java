package io.capstan.demo.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The command that starts a node again")
class MemberTest {
    @Test
    @DisplayName("can be given to a shell, whatever the directory is called")
    void quoted() {
        assertThat(Member.quoted("/tmp/capstan-1/a")).isEqualTo("/tmp/capstan-1/a");
        assertThat(Member.quoted("/my files/a")).isEqualTo("'/my files/a'");
        assertThat(Member.quoted("it's")).isEqualTo("'it'\\''s'");
    }
}
