package io.capstan.raft.core;

/**
 * One life of a member's disk: the node's stable name, and a number drawn when its log was created.
 *
 * <p>A node whose disk was wiped comes back under its name with another incarnation, so that it is never taken for the
 * member that once promised something (a vote, an acknowledgement) and has forgotten it.
 *
 * @param name the node's name
 * @param incarnation drawn with the member's empty log and stored in it; at least 1
 */
public record MemberId(String name, long incarnation) implements Comparable<MemberId> {
    public MemberId {
        if (name.isEmpty() || incarnation < 1) {
            throw new IllegalArgumentException(
                    "a member has a name and an incarnation of at least 1, got \"" + name + "\" #" + incarnation);
        }
    }

    /** By name, then incarnation: the same order on every member. */
    @Override
    public int compareTo(MemberId other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : Long.compare(incarnation, other.incarnation);
    }

    @Override
    public String toString() {
        return name + "#" + incarnation;
    }
}
