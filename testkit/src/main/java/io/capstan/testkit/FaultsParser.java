package io.capstan.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Recursive descent over the grammar in {@link Faults}. */
final class FaultsParser {
    private static final String VERBS =
            "wait, cut, heal, kill, stop, restart, pause, clock, loss, delay, duplicate, reorder,"
                    + " reset, down, up, slow, disk, power-cut, save, flip, truncate, stale, wipe, transfer, snapshot, add, promote"
                    + " or remove";
    private static final String STATES = "ok, sync-error, write-error, slow-sync, no-space or full";

    private final FaultsScanner in;

    FaultsParser(String text) {
        in = new FaultsScanner(text);
    }

    Faults schedule() {
        List<Fault> steps = new ArrayList<>();
        in.skipSeparators();
        while (!in.atEnd()) {
            if (steps.size() == Faults.STEPS_MAX) {
                throw in.error(in.position(), "at most " + Faults.STEPS_MAX + " steps");
            }
            steps.add(step());
            if (!in.atEndOfStep()) {
                throw in.error(in.position(), "\";\" between two steps");
            }
            in.skipSeparators();
        }
        return new Faults(steps);
    }

    private Fault step() {
        int start = in.position();
        return switch (in.word()) {
            case "wait" -> new Fault.Wait(in.time());
            case "cut" -> new Fault.Cut(links());
            case "heal" -> in.atEndOfStep() ? new Fault.HealAll() : new Fault.Heal(links());
            case "kill" -> new Fault.Kill(who());
            case "stop" -> new Fault.Stop(who());
            case "restart" -> new Fault.Restart(who());
            case "pause" -> new Fault.Pause(who(), in.time());
            case "clock" -> new Fault.Clock(who(), offset());
            case "loss" -> new LinkFault.Loss(links(), in.percent());
            case "delay" -> new LinkFault.Delay(links(), in.time(), in.atEndOfStep() ? Duration.ZERO : in.time());
            case "duplicate" -> new LinkFault.Duplicate(links(), in.percent());
            case "reorder" -> new LinkFault.Reorder(links(), in.percent());
            case "reset" -> new LinkFault.Reset(links());
            case "down" -> new WireFault.Down(who());
            case "up" -> new WireFault.Up(who());
            case "slow" -> new WireFault.Slow(who(), rate());
            case "disk" -> new DiskFault.Disk(who(), state());
            case "power-cut" -> new DiskFault.PowerCut(who());
            case "save" -> new DiskFault.Save(who());
            case "flip" -> new DiskFault.Damage(who(), DiskFault.Damage.Kind.FLIP);
            case "truncate" -> new DiskFault.Damage(who(), DiskFault.Damage.Kind.TRUNCATE);
            case "stale" -> new DiskFault.Damage(who(), DiskFault.Damage.Kind.STALE);
            case "wipe" -> new DiskFault.Damage(who(), DiskFault.Damage.Kind.WIPE);
            case "transfer" -> new GroupFault(who(), GroupFault.Kind.TRANSFER);
            case "snapshot" -> new GroupFault(who(), GroupFault.Kind.SNAPSHOT);
            case "add" -> new GroupFault(who(), GroupFault.Kind.ADD);
            case "promote" -> new GroupFault(who(), GroupFault.Kind.PROMOTE);
            case "remove" -> new GroupFault(who(), GroupFault.Kind.REMOVE);
            default -> throw in.error(start, VERBS);
        };
    }

    private Links links() {
        int start = in.position();
        List<List<String>> groups = new ArrayList<>();
        groups.add(group());
        char separator = in.next();
        if (separator != '|' && separator != '>') {
            throw in.error(in.position(), "\"|\" or \">\" and another group");
        }
        while (in.skip(separator)) {
            groups.add(group());
        }
        if (in.next() == '|' || in.next() == '>') {
            throw in.error(in.position(), "either \"|\" or \">\", not both,");
        }
        try {
            return new Links(groups, separator == '>');
        } catch (IllegalArgumentException e) {
            throw in.error(start, e.getMessage() + ";");
        }
    }

    private Who who() {
        int start = in.position();
        List<String> group = group();
        if (group.contains(Who.OTHERS)) {
            throw in.error(start, "members (\"others\" are those of links alone)");
        }
        try {
            return new Who(group);
        } catch (IllegalArgumentException e) {
            throw in.error(start, e.getMessage() + ";");
        }
    }

    private List<String> group() {
        List<String> names = new ArrayList<>();
        do {
            names.add(in.name());
        } while (in.skip(','));
        return names;
    }

    private Duration offset() {
        if (in.skip('-')) {
            return in.time().negated();
        }
        if (!in.skip('+')) {
            throw in.error(in.position(), "\"+\" or \"-\" and a time");
        }
        return in.time();
    }

    private int rate() {
        int start = in.position();
        if (!Character.isDigit(in.next())) {
            if (in.word().equals("off")) {
                return 0;
            }
            throw in.error(start, "a rate such as 512kbit, or off");
        }
        int amount = in.number();
        String unit = in.word();
        if (unit.equals("mbit") && amount <= Integer.MAX_VALUE / 1_000) {
            return amount * 1_000;
        }
        if (!unit.equals("kbit")) {
            throw in.error(start, "a rate such as 512kbit, or off");
        }
        return amount;
    }

    private DiskState state() {
        int start = in.position();
        return switch (in.word()) {
            case "ok" -> new DiskState.Ok();
            case "sync-error" -> new DiskState.SyncError(in.atEndOfStep() ? 0 : after());
            case "write-error" -> writeError();
            case "slow-sync" -> new DiskState.SlowSync(in.time());
            case "no-space" -> new DiskState.NoSpace();
            case "full" -> new DiskState.Full();
            default -> throw in.error(start, STATES);
        };
    }

    private int after() {
        int start = in.position();
        if (!in.word().equals("after")) {
            throw in.error(start, "\"after\" and a number");
        }
        return in.number();
    }

    private DiskState writeError() {
        int after = 0;
        if (in.next() == 'a') {
            after = after();
        }
        if (in.atEndOfStep()) {
            return new DiskState.WriteError(after);
        }
        int start = in.position();
        if (!in.word().equals("to")) {
            throw in.error(start, "\"to\" and a part of a file's path");
        }
        return new DiskState.WriteError(after, in.name());
    }
}
