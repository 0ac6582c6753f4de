package io.capstan.raft;

import java.time.Duration;
import java.util.List;

/**
 * A group as its leader knows it: what an operator needs before a change, and sees during it.
 *
 * @param epoch rises whenever the group is made again, restored or recovered by force
 * @param leader name of the node that leads
 * @param commitIndex what is agreed
 * @param configurationIndex where the membership in force stands in the log
 * @param members by node
 */
public record GroupDescription(
        String group,
        long epoch,
        String leader,
        long term,
        long commitIndex,
        long configurationIndex,
        List<Member> members) {
    public GroupDescription {
        members = List.copyOf(members);
    }

    /**
     * One member.
     *
     * @param incarnation which life of its disk: a node whose disk was wiped comes back as another member
     * @param votes whether it is counted; if not it is a learner
     * @param matchIndex up to which its log is known to agree
     * @param silent since when the leader has heard nothing of it, at most since it leads; zero for the leader
     * @param caughtUp whether it could be promoted, or lead, now
     */
    public record Member(
            String node, long incarnation, boolean votes, long matchIndex, Duration silent, boolean caughtUp) {}

    /** Names of the nodes that vote. */
    public List<String> voters() {
        return members.stream().filter(Member::votes).map(Member::node).toList();
    }

    /** Names of the nodes that get the log and are not counted. */
    public List<String> learners() {
        return members.stream()
                .filter(member -> !member.votes())
                .map(Member::node)
                .toList();
    }
}
