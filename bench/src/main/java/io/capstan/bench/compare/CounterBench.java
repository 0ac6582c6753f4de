package io.capstan.bench.compare;

import io.capstan.bench.compare.Contestant.Ability;
import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Counters of three nodes: how fast they are incremented, how soon others see it, and how soon they have many. */
final class CounterBench {
    static final String NAME = "counters";

    private static final List<String> OTHERS = List.of("b", "c");
    private static final Company.Load INCREMENTS = new Company.Load("tell", 1, 1, 0);
    private static final long LOOK = 5_000_000;
    private static final int CHANGES_PER_SECOND = 25;

    private final Occasion occasion;
    private final List<Company> companies = new ArrayList<>();

    private CounterBench(Occasion occasion) {
        this.occasion = occasion;
    }

    static void run(Occasion occasion) throws IOException {
        CounterBench bench = new CounterBench(occasion);
        try {
            for (Contestant contestant : Contestants.all()) {
                if (occasion.has(contestant.name()) && contestant.can(Ability.COUNTERS)) {
                    occasion.notes().add(contestant.name() + ": " + contestant.how());
                    Company company = new Company(contestant, occasion);
                    bench.companies.add(company);
                    company.meetWithoutClients();
                }
            }
            for (Company company : bench.companies) {
                company.load("a", INCREMENTS, occasion.warmUp());
                bench.spread(company, "warm/");
            }
            for (int round = 0; round < occasion.rounds(); round++) {
                for (Company company : bench.companies) {
                    bench.round(company, "r" + round + "/");
                }
                Collections.rotate(bench.companies, -1);
            }
        } finally {
            bench.companies.forEach(Company::close);
        }
    }

    private void round(Company company, String prefix) throws IOException {
        Company.Outcome outcome = company.load("a", INCREMENTS, occasion.seconds());
        add(company, "increments_per_s_1_thread", 100 * outcome.perSecond(), "1/s");
        if (outcome.done() > 0) {
            add(company, "allocated_per_increment", outcome.allocatedBytes() / 100.0 / outcome.done(), "B");
        }
        seen(company, settled(company));
        add(company, occasion.size() + "_counters_on_both_others_after", spread(company, prefix), "ms");
    }

    /** What all show, once they show the same. */
    private static String settled(Company company) throws IOException {
        String value = company.child("a").ask("value");
        for (String name : OTHERS) {
            while (!company.child(name).ask("value").equals(value)) {
                LockSupport.parkNanos(LOOK);
            }
        }
        return value;
    }

    private void seen(Company company, String before) throws IOException {
        int times = (int) Math.max(2, CHANGES_PER_SECOND * occasion.seconds());
        OTHERS.forEach(name -> company.child(name).say("sees " + times + " " + before));
        long[] changed = stamps(company.child("a").ask("changes " + times));
        List<Long> took = new ArrayList<>();
        for (String name : OTHERS) {
            long[] seen = stamps(company.child(name).answer("sees"));
            for (int i = 0; i < times; i++) {
                took.add(Math.max(0, seen[i] - changed[i]));
            }
        }
        Collections.sort(took);
        add(company, "an_increment_is_seen_after_p50", took.get(took.size() / 2) / 1e6, "ms");
        add(company, "an_increment_is_seen_after_p99", took.get(took.size() * 99 / 100) / 1e6, "ms");
    }

    private double spread(Company company, String prefix) throws IOException {
        return spread(company, prefix, occasion.size());
    }

    /** How many milliseconds pass until so many counters that one node has incremented are on both others. */
    static double spread(Company company, String prefix, int size) throws IOException {
        String what = prefix + " " + size;
        List<ChildProcess> others = OTHERS.stream().map(company::child).toList();
        others.forEach(other -> other.say("reach " + what));
        long begin = System.nanoTime();
        company.child("a").ask("fill " + what);
        for (ChildProcess other : others) {
            other.answer("reach");
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static long[] stamps(String text) {
        return Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }

    private void add(Company company, String metric, double value, String unit) {
        occasion.found(NAME, metric, company.contestant.name(), value, unit);
    }
}
