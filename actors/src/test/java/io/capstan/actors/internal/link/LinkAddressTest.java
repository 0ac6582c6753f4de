package io.capstan.actors.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LinkAddressTest {
    @Test
    void isReadAsItIsPrinted() {
        for (String text : new String[] {"10.0.0.5:2551", "shop.example:1", "[::1]:65535"}) {
            assertThat(LinkAddress.parse(text)).hasToString(text);
        }
        assertThat(LinkAddress.parse("[::1]:2551")).isEqualTo(new LinkAddress("::1", 2551));
    }

    @Test
    void whatIsNoneIsRefusedWithItsOwnWords() {
        refused("10.0.0.5", "is not host:port");
        refused("::1:2551", "is not host:port");
        refused(":2551", "a host has 1 to 255 bytes, got \"\"");
        refused("host:", "a port is 1 to 65535, got \"\"");
        refused("host:port", "a port is 1 to 65535, got \"port\"");
        refused("host:0", "a port is 1 to 65535, got 0");
        refused("host:65536", "a port is 1 to 65535, got 65536");
    }

    private static void refused(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkAddress.parse(text))
                .withMessageStartingWith("\"" + text + "\" is not host:port")
                .withMessageEndingWith(why);
    }
}
