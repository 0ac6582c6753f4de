package io.capstan.bench.compare;

import io.capstan.bench.Erlang;
import io.capstan.bench.registry.Contender;
import io.capstan.bench.registry.RegistryMeasurement;
import io.capstan.bench.registry.RegistryMeasurement.Part;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names and groups, beside OTP's {@code global} and {@code pg} and Pekko's Receptionist. */
final class RegistryBench {
    static final List<String> NAMES = List.of("names", "groups");
    /** Whose names and groups are measured beside ours. */
    static final List<String> PEERS = List.of("global", "pg", "receptionist");

    private static final Map<String, Set<Part>> PARTS = Map.of(
            "names", EnumSet.complementOf(EnumSet.of(Part.JOINS)),
            "groups", EnumSet.of(Part.JOINS));

    private RegistryBench() {}

    static void run(Occasion occasion, String bench) throws IOException {
        String otp = bench.equals("names") ? "global" : "pg";
        EnumSet<Contender> contenders = EnumSet.noneOf(Contender.class);
        if (occasion.has(Contestants.OURS)) {
            contenders.add(Contender.CAPSTAN);
        }
        if (occasion.has("receptionist") && bench.equals("groups")) {
            contenders.add(Contender.RECEPTIONIST);
            occasion.notes().add("receptionist: Pekko's, default settings; a group is a key");
        }
        if (occasion.has(otp) && Erlang.isInstalled()) {
            contenders.add(Contender.OTP);
            occasion.notes().add(otp + ": Erlang/OTP as installed, default settings");
        } else if (occasion.has(otp)) {
            occasion.notes().add(otp + " is left out: there is no erl (Debian: apt-get install erlang-base)");
        }
        if (contenders.isEmpty()) {
            return;
        }
        RegistryMeasurement.measure(
                occasion.size(),
                occasion.rounds(),
                contenders,
                PARTS.getOrDefault(bench, Set.of()),
                (part, contender, metric, value, unit) -> {
                    String system =
                            contender == Contender.OTP ? otp : contender.name().toLowerCase(Locale.ROOT);
                    occasion.found(bench, metric, system, value, unit);
                });
    }
}
