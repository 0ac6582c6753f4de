package io.capstan.raft.core;

/** What a leader knows of one other member: how far its log agrees, what is on its way there, when it last spoke. */
final class Progress {
    /** How the leader sends. */
    enum State {
        /** Where the logs meet is not known: one empty message per round until it is. */
        PROBE,
        /** Entries follow each other without waiting, within the window. */
        PIPELINE,
        /** The log no longer has what it needs: a snapshot is on its way. */
        SNAPSHOT
    }

    // Enough that whoever writes now and then is heard of at once everywhere.
    private static final int NEWS_PER_TICK = 8;

    final MemberId id;
    /** See {@link Member#session()}. */
    final long session;

    boolean votes;
    State state = State.PROBE;
    long match;
    long next;
    long ackedRound;
    long sentRound;
    long sentCommit;
    long heardTick;
    boolean probed;

    /** What is on its way in {@code SNAPSHOT}, or was the last time. */
    SnapshotTransfer transfer = new SnapshotTransfer(SnapshotMeta.NONE, 0);

    // How often it was told of a commit and of nothing else, in one tick.
    private long newsTick;
    private int news;

    private final Window window = new Window();

    Progress(Member member, long next, long tick) {
        id = member.id();
        session = member.session();
        votes = member.votes();
        this.next = next;
        heardTick = tick;
    }

    boolean hasRoom(CoreSettings.Windows limits) {
        return next - 1 - match < limits.entries() && window.bytes() < limits.bytes();
    }

    void sent(long last, long bytes) {
        window.add(last, bytes);
        next = last + 1;
    }

    /** Whether it may be told of a commit and of nothing else. */
    boolean isNewsWelcome(long tick) {
        return newsTick != tick || news < NEWS_PER_TICK;
    }

    void newsSent(long tick) {
        news = newsTick == tick ? news + 1 : 1;
        newsTick = tick;
    }

    /** What is to be told now has no later. */
    void newsMustNotWait() {
        news = 0;
    }

    void heard(long tick, long round) {
        heardTick = tick;
        ackedRound = Math.max(ackedRound, round);
    }

    /** The follower has {@code index} validated and durable; late messages say nothing new. */
    void acknowledged(long index) {
        if (index > match) {
            match = index;
            next = Math.max(next, index + 1);
            window.release(index);
        }
    }

    /** Where the logs meet is open again, and what was on its way is given up. */
    void probeFrom(long index) {
        state = State.PROBE;
        probed = false;
        next = Math.max(match + 1, index);
        window.clear();
    }

    void pipeline() {
        state = State.PIPELINE;
        window.clear();
    }

    void snapshot(SnapshotMeta taken, long tick) {
        state = State.SNAPSHOT;
        transfer = new SnapshotTransfer(taken, tick);
        window.clear();
    }
}
