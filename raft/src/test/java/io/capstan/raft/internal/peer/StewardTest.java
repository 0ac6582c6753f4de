package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Input.Change;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.PeerStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StewardTest {
    private static final MemberId SELF = new MemberId("s1", 1);
    private static final long LONG = 1000;

    private final List<Member> members = new ArrayList<>(List.of(new Member(SELF, Member.Kind.VOTER, 1)));
    private final List<PeerStatus> peers = new ArrayList<>();
    private final Steward steward = new Steward(3, LONG);

    private MemberId member(String name, long incarnation, Member.Kind kind, long silent) {
        MemberId id = new MemberId(name, incarnation);
        members.add(new Member(id, kind, 1));
        peers.add(new PeerStatus(id, 9, silent, silent < 10));
        return id;
    }

    private MemberId voter(String name, long silent) {
        return member(name, 1, Member.Kind.VOTER, silent);
    }

    private @Nullable Change next() {
        return steward.next(new Configuration(members), SELF, peers);
    }

    @Test
    void nothingIsDoneWhileEverybodyIsThere() {
        voter("s2", 0);
        voter("s3", LONG);
        member("s4", 1, Member.Kind.LEARNER, 0);
        assertThat(next()).isNull();
    }

    @Test
    void oneThatIsGoneIsKeptAsLongAsNobodyCanTakeItsPlace() {
        voter("s2", 0);
        voter("s3", LONG + 1);
        member("s4", 1, Member.Kind.LEARNER, 50);
        assertThat(next()).isNull();
    }

    @Test
    void aLearnerThatHasCaughtUpIsPromotedFirstAndThenTheOneThatIsGoneIsRemoved() {
        voter("s2", 0);
        MemberId gone = voter("s3", LONG + 1);
        MemberId learner = member("s4", 1, Member.Kind.LEARNER, 0);
        assertThat(next()).isEqualTo(new Change.Promote(learner));
        members.removeIf(member -> member.id().equals(learner));
        members.add(new Member(learner, Member.Kind.VOTER, 1));
        assertThat(next()).isEqualTo(new Change.Remove(gone));
        members.removeIf(member -> member.id().equals(gone));
        assertThat(next()).isNull();
    }

    @Test
    void aNodeThatCameBackWithAnotherDiskReplacesItsOldSelfAtOnce() {
        voter("s2", 0);
        MemberId old = voter("s3", 20);
        member("s0", 1, Member.Kind.LEARNER, 0);
        MemberId returned = member("s3", 2, Member.Kind.LEARNER, 0);
        assertThat(next()).isEqualTo(new Change.Promote(returned));
        members.removeIf(member -> member.id().equals(returned));
        members.add(new Member(returned, Member.Kind.VOTER, 1));
        assertThat(next()).isEqualTo(new Change.Remove(old));
    }

    @Test
    void moreVotersThanTheTargetAreKeptAtTheirNumber() {
        List.of("s2", "s3", "s4").forEach(name -> voter(name, 0));
        MemberId gone = voter("s5", LONG + 1);
        assertThat(next()).as("five were asked for").isNull();
        MemberId learner = member("s6", 1, Member.Kind.LEARNER, 0);
        assertThat(next()).isEqualTo(new Change.Promote(learner));
        members.removeIf(member -> member.id().equals(learner));
        members.add(new Member(learner, Member.Kind.VOTER, 1));
        assertThat(next()).isEqualTo(new Change.Remove(gone));
    }

    @Test
    void aGroupOfTwoIsFilledUpAndALearnersOldLifeIsRemoved() {
        voter("s2", 0);
        MemberId old = member("s3", 1, Member.Kind.LEARNER, 50);
        MemberId learner = member("s3", 2, Member.Kind.LEARNER, 0);
        assertThat(next()).isEqualTo(new Change.Remove(old));
        members.removeIf(member -> member.id().equals(old));
        assertThat(next()).isEqualTo(new Change.Promote(learner));
    }
}
