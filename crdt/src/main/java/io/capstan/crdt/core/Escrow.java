package io.capstan.crdt.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One slot's part of a counter that never falls below 0 (Balegas et al., "Extending Eventually Consistent Cloud Databases
 * for Enforcing Numeric Invariants", SRDS 2015). Whoever adds makes as many rights to take away, may give some to others,
 * and takes away only against rights of its own: made + what others gave it - given - used is never below 0.
 *
 * @param made added here
 * @param used taken away here
 * @param received how many of the others' rights this slot has seen come
 * @param wanted how many more it could use now
 * @param given rising by slot, each once, how many rights were ever given to it
 */
public record Escrow(long made, long used, long received, long wanted, List<Given> given) implements CounterRow {
    /** Rights that went to another slot, since the beginning. */
    public record Given(Slot to, long amount) {
        public Given {
            if (amount < 1) {
                throw new IllegalArgumentException("a gift of " + amount);
            }
        }
    }

    public Escrow {
        given = List.copyOf(given);
        if (made < 0 || used < 0 || received < 0 || wanted < 0) {
            throw new IllegalArgumentException("rights below nothing");
        }
        for (int i = 1; i < given.size(); i++) {
            if (given.get(i - 1).to().compareTo(given.get(i).to()) >= 0) {
                throw new IllegalArgumentException("gifts out of the order of their slots");
            }
        }
    }

    /** With the gifts in the one order that they can have. */
    public static Escrow of(long made, long used, long received, long wanted, Map<Slot, Long> given) {
        List<Given> list = new ArrayList<>();
        new TreeMap<>(given).forEach((slot, amount) -> list.add(new Given(slot, amount)));
        return new Escrow(made, used, received, wanted, list);
    }

    /** What was ever given to this slot. */
    public long givenTo(Slot slot) {
        for (Given gift : given) {
            if (gift.to().equals(slot)) {
                return gift.amount();
            }
        }
        return 0;
    }
}
