package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims of each name, at most one of each node, in the order in which they came.
 *
 * <p>Nearly every name has one: it stands alone, and only a second one makes a list.
 */
final class ClaimsByName {
    /** A {@link Claim}, or a list of several. */
    private final Map<String, Object> byName = new HashMap<>();

    /** Takes a node's claim as it is now; null: it is gone. A new one comes after those that are here. */
    void set(NodeId node, String name, @Nullable NameRow row) {
        List<Claim> claims = new ArrayList<>(of(name));
        int place = 0;
        while (place < claims.size() && !claims.get(place).node().equals(node)) {
            place++;
        }
        boolean known = place < claims.size();
        if (known && row != null && claims.get(place).is(row.claim())) {
            claims.set(place, new Claim(node, row));
        } else {
            if (known) {
                claims.remove(place);
            }
            if (row != null) {
                claims.add(new Claim(node, row));
            }
        }
        keep(name, claims);
    }

    private void keep(String name, List<Claim> claims) {
        if (claims.isEmpty()) {
            byName.remove(name);
        } else {
            byName.put(name, claims.size() == 1 ? claims.get(0) : List.copyOf(claims));
        }
    }

    @Nullable
    NameRow row(NodeId node, String name) {
        for (Claim claim : of(name)) {
            if (claim.node().equals(node)) {
                return claim.row();
            }
        }
        return null;
    }

    /** In their order. */
    List<Claim> of(String name) {
        Object known = byName.get(name);
        if (known == null) {
            return List.of();
        }
        return known instanceof Claim one ? List.of(one) : several(known);
    }

    @SuppressWarnings("unchecked") // Whatever is no claim is a list of them.
    private static List<Claim> several(Object known) {
        return (List<Claim>) known;
    }
}
