package io.capstan.testkit.sim;

/** One direction between two processes. */
final class Path<M> {
    final Member<M> from;
    final Member<M> to;
    final String label;
    Spread.Nanos delay;
    boolean cut;

    Path(Member<M> from, Member<M> to, Spread.Nanos delay) {
        this.from = from;
        this.to = to;
        this.delay = delay;
        label = from.name() + " -> " + to.name();
    }
}
