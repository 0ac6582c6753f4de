package io.capstan.crdt.internal;

import io.capstan.actors.Figure;
import io.capstan.actors.Figure.Meaning;
import io.capstan.actors.internal.Measured;
import io.capstan.crdt.CountersStatus;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The figures of the counters of one space. Thread-safe. */
final class CounterFigures implements Measured {
    private static final Meaning KNOWN = meaning("known", "Counters that this node has made or heard of.");

    private record OfStatus(Meaning meaning, ToDoubleFunction<CountersStatus> value) {}

    private static final List<OfStatus> OF_STATUS = List.of(
            new OfStatus(meaning("slots", "Starts of nodes whose rows are kept apart."), CountersStatus::slots),
            new OfStatus(meaning("folded", "Starts of nodes whose rows were folded into one."), CountersStatus::folded),
            new OfStatus(meaning("rows", "Rows of all slots together."), CountersStatus::rows),
            new OfStatus(meaning("operations", "Ids of operations that are known."), CountersStatus::operations),
            new OfStatus(
                    meaning("outsiders", "Starts of nodes that take no part: while there are any, no id is forgotten."),
                    CountersStatus::inTheWay),
            new OfStatus(
                    meaning("behind", "Folds that were decided and are not made here yet: 0, but for moments."),
                    CountersStatus::behind));

    private final CountersService service;
    private final String space;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile @Nullable CountersStatus last;

    CounterFigures(CountersService service) {
        this.service = service;
        space = service.space().name().toLowerCase(Locale.ROOT);
    }

    private static Meaning meaning(String what, String says) {
        return Meaning.gauge("capstan.counters." + what, "", says, "space");
    }

    /** The status is the actor's: what it said when it was asked the last time. */
    @Override
    public void measure(Consumer<? super Figure> to) {
        to.accept(KNOWN.at(service.book().size(), space));
        CountersStatus known = last;
        if (known != null) {
            OF_STATUS.forEach(each -> to.accept(each.meaning().at(each.value().applyAsDouble(known), space)));
        }
        // One question at a time: an actor that is busy has enough to do. One that has ended knows nothing new.
        if (asked.compareAndSet(false, true)) {
            CompletionStage<@Nullable CountersStatus> status = service.status();
            status.thenAccept(now -> {
                last = now == null ? last : now;
                asked.set(false);
            });
        }
    }
}
