package io.capstan.bench.torture.workload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Names of things, a few at a time: fresh ones after every turn. */
final class Turns {
    private final String kind;
    private final int each;
    private final AtomicInteger turn = new AtomicInteger();

    Turns(String kind, int each) {
        this.kind = kind;
        this.each = each;
    }

    void turn() {
        turn.incrementAndGet();
    }

    String any(Random random) {
        return name(turn.get(), random.nextInt(each));
    }

    /** Whether nobody ever gives this one up: of every second it can be said whose it is, whatever happens to it. */
    static boolean isForGood(String name) {
        return (name.charAt(name.length() - 1) - '0') % 2 == 0;
    }

    /** So many different ones. */
    List<String> some(Random random, int count) {
        List<String> all = new ArrayList<>();
        int now = turn.get();
        for (int i = 0; i < each; i++) {
            all.add(name(now, i));
        }
        Collections.shuffle(all, random);
        return all.subList(0, count);
    }

    /** Of all turns so far. */
    List<String> all() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i <= turn.get(); i++) {
            for (int j = 0; j < each; j++) {
                all.add(name(i, j));
            }
        }
        return all;
    }

    private String name(int number, int place) {
        return kind + number + "-" + place;
    }
}
