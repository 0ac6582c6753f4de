package io.capstan.raft.lock;

import io.capstan.raft.lock.core.Claim;
import io.capstan.raft.lock.core.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * What is to be acquired: a lock, a reader's part of one, permits of a semaphore, or several of these together. Immutable.
 *
 * <p>Several are granted in one step or not at all: whoever waits for them holds none meanwhile, so two such requests
 * cannot block each other for ever. Names have 1 to 200 bytes of UTF-8 and need not exist.
 */
public final class LockRequest {
    private static final int TEXT_BYTES_MAX = 200;

    private final TreeMap<String, Claim> claims;
    private final String party;
    private final String note;

    private LockRequest(Collection<Claim> claims, String party, String note) {
        this.claims = new TreeMap<>();
        for (Claim claim : claims) {
            named(claim.name());
            if (claim.units() < 1 || claim.units() > claim.capacity()) {
                throw new IllegalArgumentException(
                        claim.name() + " has " + claim.capacity() + " permits, not " + claim.units());
            }
            if (this.claims.put(claim.name(), claim) != null) {
                throw new IllegalArgumentException("asked for twice: " + claim.name());
            }
        }
        if (this.claims.isEmpty() || this.claims.size() > Limits.CLAIMS_MAX) {
            throw new IllegalArgumentException("a request names 1 to " + Limits.CLAIMS_MAX + " locks");
        }
        this.party = shortText(party);
        this.note = shortText(note);
    }

    private static String shortText(String text) {
        if (bytes(text) > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException("longer than " + TEXT_BYTES_MAX + " bytes: \"" + text + "\"");
        }
        return text;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The lock, alone. */
    public static LockRequest exclusive(String name) {
        return new LockRequest(List.of(Claim.exclusive(name)), "", "");
    }

    /** The lock beside other readers. Whoever came first is served first: a writer that waits holds up later readers. */
    public static LockRequest shared(String name) {
        return new LockRequest(List.of(Claim.shared(name)), "", "");
    }

    /**
     * Permits of a semaphore. It exists while some are held or waited for, and as long all must name the same number.
     *
     * @param wanted from 1 to {@code existing}
     */
    public static LockRequest permits(String name, int wanted, int existing) {
        return new LockRequest(List.of(new Claim(name, wanted, existing)), "", "");
    }

    /** All these locks, together. At most 64. */
    public static LockRequest allOf(Collection<String> names) {
        return new LockRequest(names.stream().map(Claim::exclusive).toList(), "", "");
    }

    /** Both this and that, together; the party and note of this one. */
    public LockRequest and(LockRequest other) {
        List<Claim> both = new ArrayList<>(claims.values());
        both.addAll(other.claims.values());
        return new LockRequest(both, party, note);
    }

    /**
     * Who asks, within the session: a thread, a process, a job. The same party may enter again what it holds, and must
     * release it as often. Without a party every acquisition excludes every other.
     */
    public LockRequest by(String who) {
        return new LockRequest(claims.values(), who, note);
    }

    /** A few words that others see beside the holder. */
    public LockRequest note(String words) {
        return new LockRequest(claims.values(), party, words);
    }

    /** A name as all have them. */
    static String named(String name) {
        int bytes = bytes(name);
        if (bytes < 1 || bytes > Limits.NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a lock's name has 1 to " + Limits.NAME_BYTES_MAX + " bytes, got \"" + name + "\"");
        }
        return name;
    }

    boolean isOneLock() {
        return claims.size() == 1 && claims.firstEntry().getValue().units() == Claim.LOCK && party.isEmpty();
    }

    List<Claim> claims() {
        return List.copyOf(claims.values());
    }

    String party() {
        return party;
    }

    String note() {
        return note;
    }

    /** The names, for messages. */
    String names() {
        return String.join(", ", claims.keySet());
    }

    @Override
    public String toString() {
        return names() + (party.isEmpty() ? "" : " by " + party);
    }
}
