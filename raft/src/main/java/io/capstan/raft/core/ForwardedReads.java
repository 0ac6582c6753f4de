package io.capstan.raft.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads at a follower: it asks its leader how far its own state must be, and answers from that (thesis
 * §6.4). All reads of one step share one question.
 *
 * <p>A question is asked once and never again: a lost one ends in a refusal, and whoever asks again asks anew.
 */
final class ForwardedReads {
    private record Asked(long id, long tick, List<Long> correlations) {}

    private final Replica replica;
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();
    private List<Long> fresh = new ArrayList<>();
    private List<Long> freshLeased = new ArrayList<>();
    private int size;
    /** Begins by chance, for the life before this one may have asked in this term too, and answers may be late. */
    private long lastId;

    private long term;
    private @Nullable MemberId leader;

    ForwardedReads(Replica replica, Chance chance) {
        this.replica = replica;
        lastId = chance.next();
    }

    void add(Input.Read read) {
        if (size >= replica.settings.limits().uncommittedEntries()) {
            refuse(read.correlation(), Refusal.OVERLOADED);
        } else {
            size++;
            (read.lease() ? freshLeased : fresh).add(read.correlation());
        }
    }

    /** At the end of a step: gives up what an earlier leader was asked, and asks this one. */
    void settle() {
        MemberId now = replica.role() == Role.FOLLOWER ? replica.leaderId() : null;
        if (term != replica.term() || leader == null || !leader.equals(now)) {
            while (!asked.isEmpty()) {
                refuse(asked.remove());
            }
        }
        term = replica.term();
        leader = now;
        fresh = ask(fresh, false);
        freshLeased = ask(freshLeased, true);
    }

    void tick() {
        int patience = replica.settings.timing().electionMin();
        while (!asked.isEmpty() && replica.tick - asked.element().tick() >= patience) {
            refuse(asked.remove());
        }
    }

    boolean isIdle() {
        return size == 0;
    }

    void onAnswer(Message.ReadAnswer answer) {
        Asked question = asked.stream()
                .filter(open -> open.id() == answer.id())
                .findFirst()
                .orElse(null);
        if (question != null) {
            asked.remove(question);
            size -= question.correlations().size();
            for (long correlation : question.correlations()) {
                replica.out.add(new Effect.ReadReady(correlation, answer.index()));
            }
        }
    }

    /** Returns the list for what comes next. */
    private List<Long> ask(List<Long> reads, boolean lease) {
        if (reads.isEmpty()) {
            return reads;
        }
        Asked question = new Asked(++lastId, replica.tick, reads);
        if (leader == null) {
            refuse(question);
        } else {
            asked.add(question);
            replica.out.send(leader, new Message.ReadAsk(replica.term(), question.id(), lease));
        }
        return new ArrayList<>();
    }

    private void refuse(Asked question) {
        size -= question.correlations().size();
        for (long correlation : question.correlations()) {
            refuse(correlation, Refusal.NOT_LEADER);
        }
    }

    private void refuse(long correlation, Refusal why) {
        replica.out.add(new Effect.Refused(correlation, why, replica.leaderId()));
    }
}
