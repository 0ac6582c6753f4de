package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionsTest {
    private static final MemberId A = new MemberId("a", 1);
    private static final MemberId B = new MemberId("b", 1);
    private static final MemberId C = new MemberId("c", 1);
    private static final Configuration ABC = new Configuration(List.of(
            new Member(A, Member.Kind.VOTER, 1),
            new Member(B, Member.Kind.VOTER, 1),
            new Member(C, Member.Kind.LEARNER, 1)));

    private final Versions versions = new Versions();

    private void own(int oldest, int newest) {
        versions.made(new PeerEvent.MachineMade(oldest, newest));
    }

    @Test
    void aGroupIsRaisedToTheNewestVersionThatEveryMemberKnowsLearnersToo() {
        own(1, 3);
        versions.heard(B, 4);
        assertThat(versions.next(ABC, A)).as("nothing is known of c").isZero();
        assertThat(versions.isComplete(ABC, A)).isFalse();
        versions.heard(C, 1);
        assertThat(versions.next(ABC, A)).isZero();
        versions.heard(C, 2);
        assertThat(versions.next(ABC, A)).isEqualTo(2);
        versions.heard(C, 0);
        assertThat(versions.next(ABC, A)).as("0 says nothing").isEqualTo(2);
        versions.heard(C, 3);
        assertThat(versions.next(ABC, A)).isEqualTo(3);
        versions.inForce(3);
        assertThat(versions.next(ABC, A)).isZero();
        versions.heard(C, 1);
        assertThat(versions.next(ABC, A)).as("never lowered").isZero();
    }

    @Test
    void aLeaderWhoseMachineIsTooNewForTheVersionInForceWaitsForTheRaise() {
        assertThat(versions.isTooOldInForce()).as("it is not made yet").isTrue();
        own(2, 3);
        assertThat(versions.isTooOldInForce()).isTrue();
        versions.inForce(2);
        assertThat(versions.isTooOldInForce()).isFalse();
    }
}
