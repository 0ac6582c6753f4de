package io.capstan.actors.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VisibilityTest {
    private static final NodeId SELF = new NodeId("self", 1);
    private static final NodeId A = new NodeId("a", 1);
    private static final NodeId B = new NodeId("b", 1);
    private static final NodeId B2 = new NodeId("b", 2);

    @Test
    void whoeverALinkedPeerIsLinkedToIsVisible() {
        assertThat(Visibility.visible(SELF, Map.of(A, Map.of(SELF, 1, B, 1)), Map.of("a", 1L)))
                .containsExactly(A, B);
    }

    @Test
    void ofANameOnlyTheNewestIncarnationIsVisible() {
        NodeId c = new NodeId("c", 1);
        assertThat(Visibility.visible(SELF, Map.of(A, Map.of(B, 1), c, Map.of(B2, 1)), Map.of()))
                .containsExactly(A, B2, c);
        assertThat(Visibility.visible(SELF, Map.of(A, Map.of(B, 1)), Map.of("b", 2L)))
                .as("a peer that has not noticed yet")
                .containsExactly(A);
    }

    @Test
    void hearsayOfASecondNodeOfTheNameHidesNoLinkedPeer() {
        assertThat(Visibility.visible(SELF, Map.of(A, Map.of(B2, 1), B, Map.of()), Map.of("b", 1L)))
                .containsExactly(A, B);
    }

    @Test
    void theLowestPeerThatCanRelays() {
        NodeId c = new NodeId("c", 1);
        assertThat(Visibility.relay(B, new TreeMap<>(Map.of(c, Map.of(B, 1), A, Map.of()))))
                .contains(c);
        assertThat(Visibility.relay(B, new TreeMap<>(Map.of(c, Map.of(B, 1), A, Map.of(B, 1)))))
                .contains(A);
    }
}
