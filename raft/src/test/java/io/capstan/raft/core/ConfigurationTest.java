package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final Configuration TWO = new Configuration(List.of(
            new Member(new MemberId("shop-2", 258), Member.Kind.LEARNER, 7),
            new Member(new MemberId("shop-1", 1), Member.Kind.VOTER, 1)));

    private static final String BYTES = "01" + "02"
            + ("00" + "0000000000000001" + "0000000000000001" + "06" + "73686f702d31")
            + ("01" + "0000000000000007" + "0000000000000102" + "06" + "73686f702d32");

    @Test
    void itsBytesAreTheseForEver() {
        assertThat(HexFormat.of().formatHex(TWO.toBytes())).isEqualTo(BYTES);
        assertThat(Configuration.of(HexFormat.of().parseHex(BYTES))).isEqualTo(TWO);
        assertThat(Configuration.of(new byte[] {1, 0})).isEqualTo(Configuration.BLANK);
    }

    @Test
    void anotherVersionIsRefusedInOneLine() {
        byte[] newer = TWO.toBytes();
        newer[0] = 2;
        assertThatThrownBy(() -> Configuration.of(newer)).hasMessage("a configuration of version 2; this is version 1");
    }

    @Test
    void bytesCutShortAnywhereOrTooLongAreRefused() {
        byte[] whole = TWO.toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Configuration.of(cut))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cut short");
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThatThrownBy(() -> Configuration.of(longer)).hasMessageContaining("1 bytes too many");
    }

    @Test
    void nobodyIsListedTwice() {
        Member once = TWO.members().get(0);
        assertThatThrownBy(() -> new Configuration(List.of(once, once))).hasMessageContaining("listed twice");
    }

    @Test
    void theCodesOfKindsAreTheseForEver() {
        assertThat(Arrays.stream(Entry.Kind.values()).map(Entry.Kind::code)).containsExactly(0, 1, 2);
        assertThat(Arrays.stream(Member.Kind.values()).map(Member.Kind::code)).containsExactly(0, 1);
        for (Entry.Kind kind : Entry.Kind.values()) {
            assertThat(Entry.Kind.of(kind.code())).isEqualTo(kind);
        }
        assertThatThrownBy(() -> Entry.Kind.of(3)).hasMessage("unknown kind of entry: 3");
    }
}
