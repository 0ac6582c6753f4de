package io.capstan.testkit.sim;

/** What carries messages between processes, told of everything that may disturb it. */
interface Wire<M> {
    /** False when the sender itself knows that this will not arrive. */
    boolean send(Path<M> path, M message);

    /** The flag of the path has changed. */
    void cutOrHealed(Path<M> path);

    void started(Member<M> member);

    void crashed(Member<M> member);

    void paused(Member<M> member);

    void resumed(Member<M> member);
}
