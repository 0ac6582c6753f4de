package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When all is over whoever is said to hold a lock was granted it, has not given it back, and lives. A model that knows from when
 * on a lock <em>may</em> expire accepts one that never does: its holder is gone, and it stays held for ever.
 */
final class LastHolders {
    /** After which the service has taken back what nobody holds any more: several times the time to live of a run. */
    private static final long TAKEN_BACK = 10_000_000_000L;

    private static final int GRANTS_MIN = 20;
    private static final double HELD_MIN = 0.25;

    private LastHolders() {}

    static List<String> violations(Recorded history) {
        Set<String> violations = new LinkedHashSet<>();
        List<Grants.Grant> grants = new Grants(history).all();
        requireHeld(grants, violations);
        history.of("holders")
                .filter(op -> op.ok() && op.invoked() > history.quiesced())
                .forEach(look -> {
                    for (Map.Entry<String, JsonNode> lock : look.output().properties()) {
                        for (JsonNode holder : lock.getValue()) {
                            judge(history, look, lock.getKey(), holder, grants, violations);
                        }
                    }
                });
        return new ArrayList<>(violations);
    }

    private static void judge(
            Recorded history,
            Op look,
            String lock,
            JsonNode holder,
            List<Grants.Grant> grants,
            Set<String> violations) {
        long token = holder.path(0).asLong();
        String node = holder.path(1).asText();
        List<Grants.Grant> ofLock = grants.stream()
                .filter(each -> each.acquire().key().equals(lock)
                        && each.acquire().node().equals(node))
                .toList();
        // That of the token, or else any whose token nobody was told.
        List<Grants.Grant> known = ofLock.stream()
                .filter(each -> each.known() && each.token() == token)
                .toList();
        List<Grants.Grant> possible =
                known.isEmpty() ? ofLock.stream().filter(each -> !each.known()).toList() : known;
        long settled = look.invoked() - TAKEN_BACK;
        if (possible.stream().allMatch(each -> isOver(history, each, settled))) {
            violations.add(lock + " is held at the end under token " + token + " by node " + node
                    + (possible.isEmpty() ? ", which was never granted it" : ", whose holder is long gone"));
        }
    }

    /** Whether its process had ended by then, or it was asked to be given back. */
    private static boolean isOver(Recorded history, Grants.Grant grant, long settled) {
        Op acquire = grant.acquire();
        return grant.releases().stream().anyMatch(release -> release.ok() || release.invoked() < settled)
                || (acquire.error().startsWith("WITHDRAWN") && acquire.invoked() < settled)
                || history.ended(acquire.node(), acquire.invoked(), settled);
    }

    /** Whoever tells all holders that they hold it for hardly any time could give it to whom he likes. */
    private static void requireHeld(List<Grants.Grant> grants, Set<String> violations) {
        double[] parts = grants.stream()
                .filter(Grants.Grant::known)
                .map(each -> each.acquire().output())
                .filter(granted -> granted.path("ttl_ms").asLong() > 0)
                .mapToDouble(granted -> granted.path("valid_ms").asDouble()
                        / granted.path("ttl_ms").asDouble())
                .sorted()
                .toArray();
        if (parts.length >= GRANTS_MIN && parts[parts.length / 2] < HELD_MIN) {
            violations.add("most grants hold for less than " + HELD_MIN + " of their time to live");
        }
    }
}
