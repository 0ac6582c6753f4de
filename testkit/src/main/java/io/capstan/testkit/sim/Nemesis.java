package io.capstan.testkit.sim;

import io.capstan.testkit.Fault;
import io.capstan.testkit.Faults;
import io.capstan.testkit.Links;
import io.capstan.testkit.Who;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Draws schedules of faults: cuts of many shapes, kills, restarts and pauses, one after each wait, ending with
 * everybody restarted and every link healed, so that progress can be demanded afterwards.
 *
 * @param names who is tormented; at least two
 * @param faults how many faults one schedule has before its end
 * @param between how long to wait before each; whole milliseconds are drawn
 * @param pause how long one pause lasts; whole milliseconds are drawn
 * @param kinds what may happen; the more often a kind is listed, the more often it is drawn
 * @param deadMax most processes dead at one time
 */
public record Nemesis(List<String> names, int faults, Spread between, Spread pause, List<Kind> kinds, int deadMax) {
    /** What can be done to a cluster. */
    public enum Kind {
        /** Two groups that do not hear each other. */
        SPLIT,
        /** One against all others. */
        ISOLATE,
        /** Some direction of some pair is lost. */
        ONE_WAY,
        /** Two groups, and one process that hears both. */
        BRIDGE,
        /** All links work again. */
        HEAL,
        /** One process dies. */
        KILL,
        /** One dead process starts again. */
        RESTART,
        /** One process stops for a while without noticing. */
        PAUSE
    }

    public Nemesis {
        names = List.copyOf(names);
        kinds = List.copyOf(kinds);
        if (names.size() < 2 || kinds.isEmpty() || faults < 0 || deadMax < 0) {
            throw new IllegalArgumentException("a nemesis needs two names or more, a kind, and no negative numbers");
        }
    }

    /** Ten faults, 0.1 to 3 s apart, pauses of 0.1 to 5 s, of every kind; all may be dead at one time. */
    public static Nemesis over(List<String> names) {
        return new Nemesis(
                names,
                10,
                Spread.ofMillis(100, 3_000),
                Spread.ofMillis(100, 5_000),
                List.of(Kind.values()),
                names.size());
    }

    public Nemesis withFaults(int value) {
        return new Nemesis(names, value, between, pause, kinds, deadMax);
    }

    public Nemesis withBetween(Spread value) {
        return new Nemesis(names, faults, value, pause, kinds, deadMax);
    }

    public Nemesis withPause(Spread value) {
        return new Nemesis(names, faults, between, value, kinds, deadMax);
    }

    public Nemesis withKinds(Kind... value) {
        return new Nemesis(names, faults, between, pause, List.of(value), deadMax);
    }

    public Nemesis withDeadMax(int value) {
        return new Nemesis(names, faults, between, pause, kinds, value);
    }

    /** The schedule that follows from {@code seed}. */
    public Faults schedule(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Fault> steps = new ArrayList<>();
        Set<String> dead = new LinkedHashSet<>();
        for (int i = 0; i < faults; i++) {
            steps.add(new Fault.Wait(millis(between, random)));
            steps.add(draw(random, dead));
        }
        steps.add(new Fault.Wait(millis(between, random)));
        return settled(new Faults(steps));
    }

    /** The schedule with an end: whoever it leaves dead is restarted, and all links are healed. */
    public static Faults settled(Faults faults) {
        Set<String> dead = new LinkedHashSet<>();
        for (Fault step : faults.steps()) {
            if (step instanceof Fault.Kill kill) {
                dead.addAll(kill.who().words());
            } else if (step instanceof Fault.Restart restart) {
                dead.removeAll(restart.who().words());
            }
        }
        List<Fault> steps = new ArrayList<>(faults.steps());
        if (dead.stream().anyMatch(Who::isRole)) {
            steps.add(new Fault.Restart(Who.ALL));
        } else {
            dead.forEach(name -> steps.add(new Fault.Restart(name)));
        }
        if (steps.isEmpty() || !(steps.get(steps.size() - 1) instanceof Fault.HealAll)) {
            steps.add(new Fault.HealAll());
        }
        return new Faults(steps);
    }

    private Fault draw(SplittableRandom random, Set<String> dead) {
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        return switch (kind) {
            case SPLIT -> cut(shuffled(random), 1 + random.nextInt(names.size() - 1));
            case ISOLATE -> cut(shuffled(random), 1);
            case ONE_WAY -> {
                List<String> order = shuffled(random);
                yield new Fault.Cut(new Links(List.of(order.subList(0, 1), order.subList(1, 2)), true));
            }
            case BRIDGE -> {
                List<String> order = shuffled(random);
                List<String> sides = names.size() == 2 ? order : order.subList(1, order.size());
                yield cut(sides, sides.size() / 2);
            }
            case HEAL -> new Fault.HealAll();
            case KILL -> kill(random, dead);
            case RESTART -> restart(random, dead);
            case PAUSE -> new Fault.Pause(names.get(random.nextInt(names.size())), millis(pause, random));
        };
    }

    private Fault kill(SplittableRandom random, Set<String> dead) {
        List<String> living =
                names.stream().filter(name -> !dead.contains(name)).toList();
        if (living.isEmpty() || dead.size() >= deadMax) {
            return restart(random, dead);
        }
        String victim = living.get(random.nextInt(living.size()));
        dead.add(victim);
        return new Fault.Kill(victim);
    }

    private static Fault restart(SplittableRandom random, Set<String> dead) {
        if (dead.isEmpty()) {
            return new Fault.HealAll();
        }
        String revived = List.copyOf(dead).get(random.nextInt(dead.size()));
        dead.remove(revived);
        return new Fault.Restart(revived);
    }

    private static Fault cut(List<String> order, int left) {
        return new Fault.Cut(new Links(List.of(order.subList(0, left), order.subList(left, order.size())), false));
    }

    private List<String> shuffled(SplittableRandom random) {
        List<String> order = new ArrayList<>(names);
        for (int i = order.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            String swapped = order.set(j, order.get(i));
            order.set(i, swapped);
        }
        return order;
    }

    private static Duration millis(Spread spread, SplittableRandom random) {
        return Duration.ofMillis(spread.nanos().draw(random) / 1_000_000);
    }
}
