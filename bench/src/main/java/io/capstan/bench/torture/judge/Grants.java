package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was acquired, by whom, and until when it surely was his: what every judge of locks needs. A grant is its token's; a
 * renewal and a release say of which.
 */
final class Grants {
    /** By how much less than it said a holder may have held it: what is said is in whole milliseconds. */
    private static final long TOLERANCE = 20_000_000;

    private static final long MILLI = 1_000_000;

    private final Map<String, Grant> byToken = new LinkedHashMap<>();
    private final List<Grant> all = new ArrayList<>();
    private final List<Op> refused = new ArrayList<>();

    /** One that was granted, or may have been. */
    static final class Grant {
        private final Op acquire;
        private final String holder;
        private final List<Op> releases = new ArrayList<>();
        private long surelyUntil;

        private Grant(Op acquire, String holder, long surelyUntil) {
            this.acquire = acquire;
            this.holder = holder;
            this.surelyUntil = surelyUntil;
        }

        Op acquire() {
            return acquire;
        }

        String holder() {
            return holder;
        }

        /** By its holder's will. */
        List<Op> releases() {
            return releases;
        }

        /**
         * Whether only the service can have ended it: it was not given back, and its holder has not tried to before the service
         * might. Two ends of one grant are tried one without the other and both, wherever they fit, and explain no more.
         */
        boolean expires() {
            return releases.stream().noneMatch(op -> op.ok() || op.invoked() <= surelyUntil);
        }

        /** From when on the service may have taken it back. */
        long surelyUntil() {
            return surelyUntil;
        }

        /** Whether it was granted, as its holder was told. */
        boolean known() {
            return acquire.ok();
        }

        long token() {
            return acquire.output().path("token").asLong();
        }
    }

    Grants(Recorded history) {
        for (Op op : history.operations()) {
            take(op);
        }
        history.remarks("down").forEach(down -> die(down, history.endingSince(down)));
    }

    private void take(Op op) {
        if (op.is("acquire")) {
            if (op.ok()) {
                Grant grant = new Grant(op, "token " + op.output().path("token").asLong(), until(op));
                byToken.put(place(op.key(), op.output().path("token")), grant);
                all.add(grant);
            } else if (op.open()) {
                all.add(new Grant(op, "unknown " + op.process() + "/" + op.invoked(), op.invoked()));
            } else if (op.refused("HELD")) {
                refused.add(op);
            }
            return;
        }
        Grant grant = byToken.get(place(op.key(), op.input()));
        if (grant == null) {
            return;
        }
        if (op.is("renew") && op.ok()) {
            grant.surelyUntil = Math.max(grant.surelyUntil, until(op));
        } else if (op.is("release")) {
            grant.releases.add(op);
        }
    }

    /** A process that is gone holds nothing, and its locks may be taken from it at once; one that leaves gives them back first. */
    private void die(Event down, long since) {
        String node = down.text();
        for (Grant each : all) {
            if (each.acquire.node().equals(node) && each.acquire.invoked() < down.time()) {
                each.surelyUntil = Math.min(each.surelyUntil, since - TOLERANCE);
            }
        }
    }

    private static long until(Op op) {
        return op.invoked() + op.output().path("valid_ms").asLong() * MILLI - TOLERANCE;
    }

    private static String place(String key, JsonNode token) {
        return key + " " + token.asLong();
    }

    List<Grant> all() {
        return all;
    }

    /** Attempts that were refused because somebody held it. */
    List<Op> refused() {
        return refused;
    }
}
