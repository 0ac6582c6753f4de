package io.capstan.raft.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who belongs to the group, by id. Its bytes are on disk and on the wire: version 1, see {@link #toBytes}. */
public record Configuration(List<Member> members) {
    /** Of a member that has not been told of any group. */
    public static final Configuration BLANK = new Configuration(List.of());

    /** Most members of one group, learners included. */
    public static final int MEMBERS_MAX = 64;

    private static final byte VERSION = 1;
    private static final int NAME_BYTES_MAX = 255;

    public Configuration {
        members = members.stream().sorted((a, b) -> a.id().compareTo(b.id())).toList();
        if (members.size() > MEMBERS_MAX) {
            throw new IllegalArgumentException(
                    "a group has at most " + MEMBERS_MAX + " members, got " + members.size());
        }
        Set<MemberId> seen = new HashSet<>();
        for (Member member : members) {
            if (!seen.add(member.id())) {
                throw new IllegalArgumentException("member " + member.id() + " is listed twice");
            }
        }
    }

    /** The group's first configuration. */
    static Configuration bootstrap(List<MemberId> voters) {
        return new Configuration(
                voters.stream().map(id -> new Member(id, Member.Kind.VOTER, 1)).toList());
    }

    /** The member of that id, or null. */
    public @Nullable Member find(MemberId id) {
        for (Member member : members) {
            if (member.id().equals(id)) {
                return member;
            }
        }
        return null;
    }

    /** Whether {@code id} counts in quorums. */
    public boolean isVoter(MemberId id) {
        Member member = find(id);
        return member != null && member.votes();
    }

    /** How many count. */
    public int voters() {
        int count = 0;
        for (Member member : members) {
            count += member.votes() ? 1 : 0;
        }
        return count;
    }

    /** How many of the voters are a majority. */
    public int quorum() {
        return Quorum.size(voters());
    }

    Configuration with(Member changed) {
        List<Member> next = new ArrayList<>(members);
        next.removeIf(member -> member.id().equals(changed.id()));
        next.add(changed);
        return new Configuration(next);
    }

    Configuration without(MemberId id) {
        return new Configuration(
                members.stream().filter(member -> !member.id().equals(id)).toList());
    }

    /** Version u8, count u8, then per member: kind u8, session i64, incarnation i64, name length u8, name (UTF-8). */
    public byte[] toBytes() {
        int length = 2;
        for (Member member : members) {
            length += 18 + name(member).length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put(VERSION).put((byte) members.size());
        for (Member member : members) {
            byte[] name = name(member);
            out.put((byte) member.kind().code()).putLong(member.session());
            out.putLong(member.id().incarnation()).put((byte) name.length).put(name);
        }
        return out.array();
    }

    /**
     * Reads {@link #toBytes}.
     *
     * @throws IllegalArgumentException when the bytes are of another version, too short or too long
     */
    public static Configuration of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        require(in, 2);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "a configuration of version " + version + "; this is version " + VERSION);
        }
        int count = Byte.toUnsignedInt(in.get());
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            require(in, 18);
            Member.Kind kind = Member.Kind.of(in.get());
            long session = in.getLong();
            long incarnation = in.getLong();
            byte[] name = new byte[Byte.toUnsignedInt(in.get())];
            require(in, name.length);
            in.get(name);
            members.add(new Member(new MemberId(new String(name, StandardCharsets.UTF_8), incarnation), kind, session));
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("a configuration with " + in.remaining() + " bytes too many");
        }
        return new Configuration(members);
    }

    private static void require(ByteBuffer in, int length) {
        if (in.remaining() < length) {
            throw new IllegalArgumentException("a configuration cut short at byte " + in.position());
        }
    }

    private static byte[] name(Member member) {
        byte[] name = member.id().name().getBytes(StandardCharsets.UTF_8);
        if (name.length > NAME_BYTES_MAX) {
            throw new IllegalArgumentException("a member's name has at most " + NAME_BYTES_MAX + " bytes");
        }
        return name;
    }
}
