package io.capstan.registry.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.Metadata;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The machine of the consistent names, one rule after the other. */
class OwnerTableTest {
    private static final NodeId A = new NodeId("a", 1);
    private static final NodeId B = new NodeId("b", 1);
    private static final long TTL = 1_000;

    private OwnerTable table = new OwnerTable(7);
    private long index;
    private long time;

    private OwnerReply execute(OwnerCommand command) {
        return table.execute(command, ++index, time);
    }

    private long open(NodeId node) {
        return ((OwnerReply.Opened) execute(new OwnerCommand.Open(node, TTL))).session();
    }

    private OwnerReply claim(long session, long claim, String name, boolean takeOver) {
        return execute(new OwnerCommand.Claim(session, claim, name, takeOver, true, "p" + claim, Metadata.NONE));
    }

    private FencingToken granted(OwnerReply reply) {
        return ((OwnerReply.Granted) reply).entry().epoch();
    }

    private Optional<OwnerEntry> owner(String name) {
        return ((OwnerReply.Found) table.answer(new OwnerQuery.Find(name))).entry();
    }

    private OwnerReply.Changes since(long number) {
        return (OwnerReply.Changes) table.answer(new OwnerQuery.Since(number));
    }

    @Test
    void theFirstHasTheNameAndTheNextIsToldWho() {
        FencingToken epoch = granted(claim(open(A), 1, "x", false));
        assertThat(epoch).isEqualTo(new FencingToken(7, 2, 0));

        OwnerReply second = claim(open(B), 1, "x", false);
        assertThat(second).isEqualTo(new OwnerReply.Taken(owner("x").orElseThrow()));
        assertThat(owner("x").orElseThrow().node()).isEqualTo(A);
    }

    @Test
    void whoTakesOverHasAHigherEpochAndTheFormersReleaseTakesNothingFromHim() {
        long a = open(A);
        FencingToken first = granted(claim(a, 1, "x", false));
        FencingToken second = granted(claim(open(B), 1, "x", true));
        assertThat(second).isGreaterThan(first);

        assertThat(execute(new OwnerCommand.Release(a, 1, "x"))).isEqualTo(new OwnerReply.Done(false));
        execute(new OwnerCommand.Close(a));
        assertThat(owner("x").orElseThrow().epoch()).isEqualTo(second);
    }

    @Test
    void aClaimThatComesAfterItsReleaseComesToNothing() {
        long a = open(A);
        execute(new OwnerCommand.Release(a, 1, "x"));

        assertThat(claim(a, 1, "x", true)).isEqualTo(new OwnerReply.Done(false));
        assertThat(owner("x")).isEmpty();
        granted(claim(a, 2, "x", false));
    }

    @Test
    void withTheSessionAllItsNamesGo() {
        long a = open(A);
        claim(a, 1, "x", false);
        claim(a, 2, "y", false);
        OwnerTable.Due due = table.due().orElseThrow();
        assertThat(due.time()).isEqualTo(TTL + 1);

        time = TTL;
        assertThat(execute(due.command())).as("not overdue yet").isEqualTo(new OwnerReply.Done(false));
        time = TTL + 1;
        assertThat(execute(due.command())).isEqualTo(new OwnerReply.Done(true));

        assertThat(owner("x")).isEmpty();
        assertThat(owner("y")).isEmpty();
        assertThat(claim(a, 3, "x", false)).isEqualTo(new OwnerReply.NoSession());
        assertThat(table.due()).isEmpty();
    }

    @Test
    void anExpiryThatWasProposedBeforeARenewalEndsNothing() {
        long a = open(A);
        claim(a, 1, "x", false);
        OwnerCommand.Expire early = table.due().orElseThrow().command();
        time = TTL;
        execute(new OwnerCommand.KeepAlive(a));

        time = TTL + 1;
        assertThat(execute(early)).isEqualTo(new OwnerReply.Done(false));
        assertThat(owner("x")).isPresent();
    }

    @Test
    void anOverdueOwnerStandsInNobodysWay() {
        claim(open(A), 1, "x", false);
        time = TTL + 1;
        granted(claim(open(B), 1, "x", false));
    }

    @Test
    void aNodesNextStartEndsWhatItsFormerStartHad() {
        claim(open(A), 1, "x", false);
        open(new NodeId("a", 2));
        assertThat(owner("x")).isEmpty();
    }

    @Test
    void metadataChangesOnlyFromWhatWasExpected() {
        FencingToken epoch = granted(claim(open(A), 1, "x", false));
        Metadata one = Metadata.of("1");
        execute(new OwnerCommand.Update("x", Metadata.NONE, one));
        assertThat(owner("x").orElseThrow().epoch()).isEqualTo(epoch);

        assertThat(execute(new OwnerCommand.Update("x", Metadata.NONE, Metadata.of("2"))))
                .isEqualTo(new OwnerReply.Taken(owner("x").orElseThrow()));
        assertThat(owner("x").orElseThrow().metadata()).isEqualTo(one);
        assertThat(execute(new OwnerCommand.Update("y", Metadata.NONE, one))).isEqualTo(new OwnerReply.Done(false));
    }

    @Test
    void changesAreToldInOrderAndAllOfOneCommand() {
        long a = open(A);
        for (int i = 0; i < 40; i++) {
            claim(a, i + 1, "n" + i, false);
        }
        execute(new OwnerCommand.Close(a));

        OwnerReply.Changes first = since(40);
        assertThat(first.changes())
                .hasSize(OwnerTable.PAGE)
                .allMatch(change -> change.entry().isEmpty());
        assertThat(first.more()).isTrue();
        OwnerReply.Changes rest = since(40 + OwnerTable.PAGE);
        assertThat(rest.changes()).hasSize(40 - OwnerTable.PAGE);
        assertThat(rest.more()).isFalse();
        assertThat(since(80).changes()).isEmpty();
    }

    @Test
    void whatIsRememberedNoLongerHasToBeReadAnew() {
        long a = open(A);
        claim(a, 1, "x", false);
        for (int i = 0; i < OwnerTable.CHANGES_MAX; i++) {
            execute(new OwnerCommand.Update("x", owner("x").orElseThrow().metadata(), Metadata.of("" + i)));
        }
        assertThat(since(0).forgotten()).isTrue();
        assertThat(since(1).forgotten()).isFalse();
    }

    @Test
    void itsImageKnowsWhatItKnew() {
        long a = open(A);
        FencingToken epoch = granted(claim(a, 1, "x", false));
        execute(new OwnerCommand.Release(a, 2, "y"));
        table = new OwnerTable(8, table.image());

        assertThat(owner("x").orElseThrow().epoch()).isEqualTo(epoch);
        assertThat(claim(a, 2, "y", false)).isEqualTo(new OwnerReply.Done(false));
        assertThat(since(0).forgotten()).isTrue();
        assertThat(since(1).forgotten()).isFalse();
        assertThat(granted(claim(a, 3, "x", true))).as("of the later epoch").isGreaterThan(epoch);
        time = TTL + 1;
        execute(table.due().orElseThrow().command());
        assertThat(owner("x")).isEmpty();
    }
}
