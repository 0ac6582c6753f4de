package io.capstan.testkit;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A schedule of faults as data: {@code wait 5s; cut a|b,c; kill leader; restart all; pause a 2s; heal}.
 *
 * <pre>
 * schedule := step { (";" | newline) step }
 * step     := "wait" time
 *           | "cut" links | "heal" [links]
 *           | "kill" who | "stop" who | "restart" who | "pause" who time
 *           | "clock" who ("+" | "-") time           a wall clock jumps
 *           | "loss" links percent                   packets
 *           | "delay" links time [jitter]            streams
 *           | "duplicate" links percent | "reorder" links percent | "reset" links
 *           | "down" who | "up" who                  wires
 *           | "slow" who (rate | "off")
 *           | "disk" who state | "power-cut" who
 *           | "save" who                             for "stale"
 *           | "flip" who | "truncate" who | "stale" who | "wipe" who     files of who does not run
 *           | "transfer" who | "snapshot" who        an operator has it lead, or has it write a snapshot
 *           | "add" who | "promote" who | "remove" who     likewise: members of a group of consensus
 * links    := group "|" group { "|" group }     both directions between every two groups
 *           | group "&gt;" group                   what the first sends to the second
 * group    := name { "," name }
 *           | "others"                          whom no other group of these links names
 * who      := name { "," name }
 * name     := 1 to 64 of A-Z a-z 0-9 . _ -
 *           | "leader" | "one" | "all"          whoever that is then
 * time     := digits ("ms" | "s" | "m" | "h");  jitter := time
 * percent  := digits "%"
 * rate     := digits ("kbit" | "mbit")
 * state    := "ok" | "sync-error" ["after" digits] | "write-error" ["after" digits] ["to" file]
 *           | "slow-sync" time | "no-space" | "full"
 * file     := name                             a part of its path
 * </pre>
 *
 * <p>The same value drives a simulation, a {@link TestCluster}, and clusters of separate processes ({@code
 * testkit.process}); each refuses in one line what it cannot do.
 *
 * @param steps in order; at most {@value #STEPS_MAX}
 */
public record Faults(List<Fault> steps) {
    /** Most steps of one schedule. */
    public static final int STEPS_MAX = 10_000;

    static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public Faults {
        steps = List.copyOf(steps);
        if (steps.size() > STEPS_MAX) {
            throw new IllegalArgumentException(
                    "a schedule has at most " + STEPS_MAX + " steps, this one " + steps.size());
        }
    }

    /**
     * Reads the notation.
     *
     * @throws IllegalArgumentException in one line that names the position, what was expected and what stands there
     */
    public static Faults parse(String text) {
        return new FaultsParser(text).schedule();
    }

    /** Applies the steps one after the other. */
    public void applyTo(FaultTarget target) {
        for (Fault step : steps) {
            step.applyTo(target);
        }
    }

    /** The notation: {@link #parse} of it equals this schedule. */
    @Override
    public String toString() {
        return steps.stream().map(Fault::toString).collect(Collectors.joining("; "));
    }
}
