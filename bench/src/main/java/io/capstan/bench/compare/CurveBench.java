package io.capstan.bench.compare;

import io.capstan.bench.compare.Contestant.Ability;
import io.capstan.bench.raft.CapstanSeat;
import io.capstan.bench.registry.Contender;
import io.capstan.bench.registry.RegistryMeasurement;
import io.capstan.bench.registry.RegistryMeasurement.Part;
import io.capstan.bench.seat.Seating;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * How ours does with more: requests under way, bytes, groups, replicas, names and members, counters. What else there is stays as it is
 * in the other benches. Figures are named {@code …_at_N_what}.
 */
final class CurveBench {
    static final String NAME = "curves";

    private static final int BYTES = 256;
    private static final int CLIENTS = 4;
    private static final List<Integer> IN_FLIGHT = List.of(1, 4, 16, 64, 256, 1024, 4096);
    /** The last is near the longest command that fits, with its envelope, one frame of the links. */
    private static final List<Integer> SIZES = List.of(16, 64, 256, 1024, 4096, 16_384, 57_000);

    private static final int UNDER_WAY = 256;
    private static final List<Integer> GROUPS = List.of(1, 10, 100, 1_000);
    private static final List<Integer> REPLICAS = List.of(3, 5, 7);
    private static final int NAMES_MIN = 100;
    private static final int COUNTERS_MIN = 1_000;
    private static final int TIMES = 10;

    private final Occasion occasion;
    private final Contestant ours;

    private CurveBench(Occasion occasion) {
        this.occasion = occasion;
        ours = Contestants.ours(Ability.WRITES);
    }

    static void run(Occasion occasion) throws IOException {
        if (!occasion.has(Contestants.OURS)) {
            return;
        }
        CurveBench bench = new CurveBench(occasion);
        bench.underWayAndBytes();
        for (int groups : GROUPS) {
            bench.alone("groups", groups, 3, Map.of(CapstanSeat.GROUPS, String.valueOf(groups)));
        }
        for (int replicas : REPLICAS) {
            bench.alone("replicas", replicas, replicas, Map.of());
        }
        for (int names = NAMES_MIN; names <= occasion.size() * TIMES; names *= TIMES) {
            bench.names(names);
        }
        bench.counters();
    }

    private static Company.Load load(int underWay, int bytes) {
        int clients = Math.min(CLIENTS, underWay);
        return new Company.Load("write", clients, underWay / clients, bytes);
    }

    private void underWayAndBytes() throws IOException {
        try (Company company = new Company(ours, occasion)) {
            company.meet();
            String leader = company.leader("raft");
            company.warmUp(leader, load(UNDER_WAY, BYTES), occasion.warmUp());
            for (int round = 0; round < occasion.rounds(); round++) {
                for (int underWay : IN_FLIGHT) {
                    play(company, leader, load(underWay, BYTES), underWay + "_in_flight");
                }
                for (int bytes : SIZES) {
                    Company.Outcome outcome = play(company, leader, load(UNDER_WAY, bytes), bytes + "_bytes");
                    found("megabytes_per_s_at_" + bytes + "_bytes", outcome.perSecond() * bytes / 1e6, "MB/s");
                }
            }
        }
    }

    /** In processes of their own, from one that is no member: leaders are wherever they are. */
    private void alone(String axis, int many, int replicas, Map<String, String> told) throws IOException {
        try (Company company = new Company(ours, occasion, replicas, told)) {
            company.meet();
            company.warmUp(Seating.CLIENT, load(UNDER_WAY, BYTES), occasion.warmUp());
            for (int round = 0; round < occasion.rounds(); round++) {
                play(company, Seating.CLIENT, load(UNDER_WAY, BYTES), many + "_" + axis);
            }
        }
    }

    private Company.Outcome play(Company company, String at, Company.Load load, String where) throws IOException {
        Company.Outcome outcome = company.load(at, load, occasion.seconds());
        found("writes_per_s_at_" + where, outcome.perSecond(), "1/s");
        found("write_p50_at_" + where, outcome.medianMicros(), "us");
        found("write_p99_at_" + where, outcome.p99Micros(), "us");
        if (outcome.done() > 0) {
            found("cpu_per_write_at_" + where, outcome.spent().cpuSeconds() * 1e6 / outcome.done(), "us");
        }
        if (outcome.failed() > 0) {
            found("writes_failed_at_" + where, (double) outcome.failed(), "1");
        }
        return outcome;
    }

    private void names(int names) throws IOException {
        RegistryMeasurement.measure(
                names,
                occasion.rounds(),
                EnumSet.of(Contender.CAPSTAN),
                EnumSet.complementOf(EnumSet.of(Part.HEAL)),
                (part, contender, metric, value, unit) -> {
                    String of = part == Part.JOINS ? "members" : "names";
                    found(metric.replace(names + "_", "") + "_at_" + names + "_" + of, value, unit);
                });
    }

    private void counters() throws IOException {
        Contestant counting = Contestants.ours(Ability.COUNTERS);
        List<Integer> sizes = new ArrayList<>();
        for (int size = COUNTERS_MIN; size <= occasion.size() * TIMES; size *= TIMES) {
            sizes.add(size);
        }
        for (int round = 0; round < occasion.rounds(); round++) {
            for (int size : sizes) {
                // Afresh: what an earlier size has left would be on the way to nobody, and in memory.
                try (Company company = new Company(counting, occasion)) {
                    company.meetWithoutClients();
                    CounterBench.spread(company, "warm/", COUNTERS_MIN);
                    double millis = CounterBench.spread(company, "curve/", size);
                    found("on_both_others_after_at_" + size + "_counters", millis, "ms");
                }
            }
        }
    }

    private void found(String metric, double value, String unit) {
        occasion.found(NAME, metric, Contestants.OURS, value, unit);
    }
}
