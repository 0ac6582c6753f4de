package io.capstan.registry.core;

import static io.capstan.registry.core.OneNode.A;
import static io.capstan.registry.core.OneNode.B;
import static io.capstan.registry.core.OneNode.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.Metadata;
import io.capstan.registry.core.ClaimMessage.Seen;
import io.capstan.registry.core.NameRow.Loss;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More claims at once than other nodes can answer before they are asked again. */
class ManyClaimsTest {
    private static final int UNDER_WAY_MAX = 4_096;
    private static final int MANY = 3 * UNDER_WAY_MAX;

    private final OneNode b = OneNode.synced();

    private void registerMany() {
        for (int i = 0; i < MANY; i++) {
            b.register("name-" + i, "p");
        }
    }

    /** What was written, each with the word of all others that they have it. */
    private List<NamesEffect.Write> answered(List<NamesEffect> effects) {
        List<NamesEffect.Write> written =
                OneNode.of(NamesEffect.Write.class, effects).toList();
        for (NamesEffect.Write each : written) {
            Seen seen = new Seen(each.name(), each.row().claim(), each.row().state(), null);
            b.core.message(A, seen);
            b.core.message(C, seen);
        }
        return written;
    }

    @Test
    void waitInLineAndEachThatComesToItsEndMakesRoomForTheNext() {
        registerMany();
        List<NamesEffect> first = b.core.drain();
        assertThat(OneNode.of(NamesEffect.Write.class, first)).hasSize(UNDER_WAY_MAX);

        answered(OneNode.of(NamesEffect.Write.class, first)
                .limit(1)
                .<NamesEffect>map(write -> write)
                .toList());
        List<NamesEffect> owned = b.core.drain();
        answered(owned);

        List<NamesEffect> next = b.core.drain();
        assertThat(OneNode.of(NamesEffect.Answer.class, next)).hasSize(1);
        assertThat(OneNode.of(NamesEffect.Write.class, next))
                .extracting(NamesEffect.Write::name)
                .containsExactly("name-" + UNDER_WAY_MAX);
    }

    @Test
    void areAllGranted() {
        registerMany();
        int granted = 0;
        for (List<NamesEffect> effects = b.core.drain(); !effects.isEmpty(); effects = b.core.drain()) {
            granted += (int) OneNode.of(NamesEffect.Answer.class, effects)
                    .filter(answer -> answer.outcome() instanceof NameOutcome.Registered)
                    .count();
            answered(effects);
        }
        assertThat(granted).isEqualTo(MANY);
    }

    @Test
    void areToldWhenTheirTimeIsOverInLine() {
        registerMany();
        b.core.drain();

        b.core.tick(999);
        assertThat(OneNode.of(NamesEffect.Answer.class, b.core.drain())).isEmpty();
        b.core.tick(1_000);

        assertThat(OneNode.of(NamesEffect.Answer.class, b.core.drain()))
                .hasSize(MANY)
                .extracting(NamesEffect.Answer::outcome)
                .containsOnly(new NameOutcome.TimedOut());
        b.register("name-" + (MANY - 1), "q", false, 2_000);
        assertThat(OneNode.of(NamesEffect.Write.class, b.core.drain()))
                .as("nobody stands in the way of the next")
                .hasSize(1);
    }

    @Test
    void areGrantedAtOnceWhereNobodyHasToBeAsked() {
        NamesCore alone = new NamesCore(B, 1, 2, new NamesTiming(300, 200, 500, UNDER_WAY_MAX));
        alone.tick(0);
        for (int i = 0; i < 100_000; i++) {
            alone.request(new NameRequest.Register(
                    new Caller(B, i), "name-" + i, 1_000, false, Loss.KILL_ONE, "p", Metadata.NONE));
        }

        alone.tick(500);

        assertThat(OneNode.of(NamesEffect.Answer.class, alone.drain())).hasSize(100_000);
    }

    private void answerAll(String name, NameRow row) {
        for (NameRow.State state : NameRow.State.values()) {
            b.core.message(A, new Seen(name, row.claim(), state, null));
            b.core.message(C, new Seen(name, row.claim(), state, null));
        }
    }

    @Test
    void goOnBehindOneWhoseTimeIsOverAndWhoseProcessStops() {
        b.register("n", "r");
        NameRow row = OneNode.written(b.core.drain());
        b.register("n", "p", true, 100);
        b.register("n", "q", true, 10_000);
        b.core.time(100);
        answerAll("n", row);
        b.core.drain();

        b.core.stopped("p");
        b.core.tick(101);

        assertThat(OneNode.written(b.core.drain()).process().toString()).contains("q");
    }

    @Test
    void areNotBegunForAProcessThatStops() {
        registerMany();
        b.core.drain();

        b.core.stopped("p");

        List<NamesEffect> effects = b.core.drain();
        assertThat(OneNode.of(NamesEffect.Write.class, effects)).isEmpty();
        assertThat(OneNode.of(NamesEffect.Answer.class, effects)).hasSize(MANY);
    }

    @Test
    void comeBeforeWhoeverAsksForANameThatHasItsPlaceAlready() {
        registerMany();
        NameRow first = OneNode.of(NamesEffect.Write.class, b.core.drain())
                .findFirst()
                .orElseThrow()
                .row();
        b.register("name-0", "q", true, 10_000);

        answerAll("name-0", first);

        assertThat(OneNode.of(NamesEffect.Write.class, b.core.drain()))
                .extracting(NamesEffect.Write::name)
                .containsExactly("name-0", "name-" + UNDER_WAY_MAX);
    }

    @Test
    void leaveWhoeverAsksForATakenNameToBeRefusedAtOnce() {
        b.changed(A, "taken", OneNode.row(NameRow.State.OWNED, 5, "other"));
        registerMany();
        b.core.drain();

        b.register("taken", "q");

        assertThat(OneNode.of(NamesEffect.Answer.class, b.core.drain())).hasSize(1);
    }

    @Test
    void goOnTogetherWhenNobodyIsLeftWhoHasToBeAsked() {
        registerMany();
        b.core.drain();

        b.core.hidden(A);
        b.core.hidden(C);

        assertThat(OneNode.of(NamesEffect.Answer.class, b.core.drain())).hasSize(MANY);
    }
}
