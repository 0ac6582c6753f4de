package io.capstan.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The cuts that clusters are tormented with, as steps of a schedule: pure functions of the members' names, drawn from a
 * source of chance where somebody is to be drawn.
 */
public final class Cuts {
    private Cuts() {}

    /** One against all others. */
    public static List<Fault> isolate(List<String> names, Random random) {
        return List.of(split(shuffled(names, random, 2), 1));
    }

    /** Two halves; of an odd number one has one more. */
    public static List<Fault> halves(List<String> names, Random random) {
        return List.of(split(shuffled(names, random, 2), names.size() / 2));
    }

    /** Two sides that do not hear each other, and one in the middle that both hear. */
    public static List<Fault> bridge(List<String> names, Random random) {
        List<String> order = shuffled(names, random, 3);
        return List.of(split(order.subList(1, order.size()), (order.size() - 1) / 2));
    }

    /**
     * Everybody hears a majority, itself included, and no two hear the same one: the members stand in a ring, and each hears its
     * nearest. Needs five, as with fewer a majority's ring is everybody.
     */
    public static List<Fault> majoritiesRing(List<String> names, Random random) {
        List<String> ring = shuffled(names, random, 5);
        int size = ring.size();
        // On each side of each; of an even number one more than a bare majority.
        int near = (size / 2 + 1) / 2;
        List<Fault> cuts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            for (int j = i + 1; j < size; j++) {
                if (Math.min(j - i, size - (j - i)) > near) {
                    cuts.add(new Fault.Cut(links(List.of(ring.get(i)), List.of(ring.get(j)), false)));
                }
            }
        }
        return cuts;
    }

    /** What one says is heard by nobody; it hears everybody. */
    public static List<Fault> mute(List<String> names, Random random) {
        List<String> order = shuffled(names, random, 2);
        return List.of(new Fault.Cut(links(order.subList(0, 1), order.subList(1, order.size()), true)));
    }

    /** One hears nobody; everybody hears it. */
    public static List<Fault> deaf(List<String> names, Random random) {
        List<String> order = shuffled(names, random, 2);
        return List.of(new Fault.Cut(links(order.subList(1, order.size()), order.subList(0, 1), true)));
    }

    private static Fault split(List<String> order, int left) {
        return new Fault.Cut(links(order.subList(0, left), order.subList(left, order.size()), false));
    }

    private static Links links(List<String> left, List<String> right, boolean oneWay) {
        return new Links(List.of(left, right), oneWay);
    }

    private static List<String> shuffled(List<String> names, Random random, int least) {
        if (names.size() < least) {
            throw new IllegalArgumentException("this cut needs " + least + " members or more, got " + names);
        }
        List<String> order = new ArrayList<>(names);
        Collections.shuffle(order, random);
        return order;
    }
}
