package io.capstan.bench.compare;

import io.capstan.bench.compare.Contestant.Ability;
import io.capstan.bench.seat.Seating;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Writes, reads, locks and failover of all systems whose processes are seats. All of them run all the time; in each round each load
 * is played by one after the other, and who comes first changes from round to round.
 */
final class ConsensusBench {
    static final List<String> NAMES = List.of("raft", "reads", "locks", "failover", "actors");

    private static final int BYTES = 256;
    private static final double GAP_SECONDS = 12;
    private static final List<Trial> TRIALS = List.of(
            new Trial("raft", Ability.WRITES, "write", "pipelined", new Company.Load("write", 5, 500, BYTES)),
            new Trial("raft", Ability.WRITES, "write", "64_clients", new Company.Load("write", 64, 1, BYTES)),
            new Trial("raft", Ability.WRITES, "write", "1_client", new Company.Load("write", 1, 1, BYTES)),
            new Trial("reads", Ability.READS, "read", "64_clients", new Company.Load("read", 64, 1, 0)),
            new Trial("reads", Ability.LEASE_READS, "lease_read", "64_clients", new Company.Load("lease", 64, 1, 0)),
            new Trial("reads", Ability.STALE_READS, "stale_read", "64_clients", new Company.Load("stale", 64, 1, 0)),
            new Trial("locks", Ability.LOCKS, "pair", "64_locks", new Company.Load("pairs", 64, 1, 0)),
            new Trial("locks", Ability.LOCKS, "handover", "16_clients", new Company.Load("handovers", 16, 1, 0)),
            new Trial("actors", Ability.ASKS, "ask", "1_client", new Company.Load("write", 1, 1, 0)),
            new Trial("actors", Ability.ASKS, "ask", "64_clients", new Company.Load("write", 64, 1, 0)),
            new Trial("actors", Ability.ASKS, "hundred_tell", "4_clients", new Company.Load("tell", 4, 1, 0)));

    /**
     * What is played.
     *
     * @param what is counted, in the singular
     * @param how many clients, as figures are named
     */
    private record Trial(String bench, Ability needs, String what, String how, Company.Load load) {
        /** In the leader's process, and in one of their own; who asks an actor of another process has no choice. */
        List<Boolean> places() {
            return needs == Ability.ASKS ? List.of(true) : List.of(false, true);
        }
    }

    private final Occasion occasion;
    private final Set<String> wanted;
    private final List<Company> companies = new ArrayList<>();

    private ConsensusBench(Occasion occasion, Set<String> wanted) {
        this.occasion = occasion;
        this.wanted = wanted;
    }

    /** Measures those of {@link #NAMES} that are wanted. */
    static void run(Occasion occasion, Set<String> wanted) throws IOException {
        ConsensusBench bench = new ConsensusBench(occasion, wanted);
        try {
            bench.start();
            bench.warmUp();
            for (int round = 0; round < occasion.rounds(); round++) {
                bench.round();
                Collections.rotate(bench.companies, -1);
            }
        } finally {
            bench.companies.forEach(Company::close);
        }
    }

    private List<Trial> trials() {
        return TRIALS.stream().filter(trial -> wanted.contains(trial.bench())).toList();
    }

    private boolean isOfUse(Contestant contestant) {
        return trials().stream().anyMatch(trial -> contestant.can(trial.needs()))
                || (wanted.contains("failover") && contestant.can(Ability.FAILOVER));
    }

    private void start() throws IOException {
        for (Contestant contestant : Contestants.all()) {
            if (!occasion.has(contestant.name()) || !isOfUse(contestant)) {
                continue;
            }
            String missing = contestant.missing();
            if (missing != null) {
                occasion.notes().add(contestant.name() + " is left out: " + missing);
                continue;
            }
            occasion.notes().add(contestant.name() + ": " + contestant.how());
            // One after the other: the processes of one do not find each other while others take both processors.
            Company company = new Company(contestant, occasion);
            companies.add(company);
            company.meet();
            occasion.progress().accept(contestant.name() + " serves");
        }
    }

    private void warmUp() throws IOException {
        for (Company company : companies) {
            double seconds = 0;
            for (Trial trial : trials()) {
                for (boolean own : trial.places()) {
                    if (company.contestant.can(trial.needs())) {
                        seconds += company.warmUp(at(company, trial, own), trial.load(), occasion.warmUp());
                    }
                }
            }
            occasion.progress().accept(company.contestant.name() + " is warm after " + Math.round(seconds) + " s");
        }
    }

    private static String at(Company company, Trial trial, boolean own) throws IOException {
        return own ? Seating.CLIENT : company.leader(trial.bench());
    }

    private void round() throws IOException {
        for (Trial trial : trials()) {
            for (boolean own : trial.places()) {
                for (Company company : List.copyOf(companies)) {
                    if (company.contestant.can(trial.needs())) {
                        unlessItFails(company, () -> play(company, trial, own));
                    }
                }
            }
        }
        if (wanted.contains("failover")) {
            for (Company company : List.copyOf(companies)) {
                if (company.contestant.can(Ability.FAILOVER)) {
                    unlessItFails(
                            company,
                            () -> add("failover", "gap_after_kill", company, company.gap(GAP_SECONDS, BYTES), "ms"));
                }
            }
        }
    }

    /** Somebody else's failure ends its own part, and not the hours of all others. */
    private void unlessItFails(Company company, Step step) throws IOException {
        try {
            step.take();
        } catch (IOException failed) {
            if (company.contestant.isOurs()) {
                throw failed;
            }
            occasion.notes()
                    .add(company.contestant.name() + " left before the end, with fewer rounds: " + failed.getMessage());
            company.close();
            companies.remove(company);
        }
    }

    private interface Step {
        void take() throws IOException;
    }

    private void play(Company company, Trial trial, boolean own) throws IOException {
        Company.Outcome outcome = company.load(at(company, trial, own), trial.load(), occasion.seconds());
        String how = trial.how() + (own && trial.places().size() > 1 ? "_own_process" : "");
        String bench = trial.bench();
        String what = trial.what();
        add(bench, what + "s_per_s_" + how, company, outcome.perSecond(), "1/s");
        add(bench, what + "_p50_" + how, company, outcome.medianMicros(), "us");
        add(bench, what + "_p99_" + how, company, outcome.p99Micros(), "us");
        if (outcome.done() > 0) {
            Machine spent = outcome.spent();
            double done = outcome.done();
            add(bench, "cpu_per_" + what + "_" + how, company, spent.cpuSeconds() * 1e6 / done, "us");
            if (trial.needs() == Ability.WRITES || trial.needs() == Ability.LOCKS) {
                add(bench, "disk_bytes_per_" + what + "_" + how, company, spent.writtenBytes() / done, "B");
                add(bench, "flushes_per_" + what + "_" + how, company, spent.flushes() / done, "1");
            }
            if (outcome.allocatedBytes() != 0) {
                add(bench, "allocated_per_" + what + "_" + how, company, outcome.allocatedBytes() / done, "B");
            }
            add(bench, "memory_" + what + "s_" + how, company, spent.rssMegabytes(), "MiB");
        }
        add(bench, "processors_busy_with_others_" + what + "s_" + how, company, outcome.foreign() * 100, "%");
        if (outcome.failed() > 0) {
            add(bench, what + "s_failed_" + how, company, (double) outcome.failed(), "1");
        }
    }

    private void add(String bench, String metric, Company company, double value, String unit) {
        occasion.found(bench, metric, company.contestant.name(), value, unit);
    }
}
