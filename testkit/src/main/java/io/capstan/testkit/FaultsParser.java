package io.capstan.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Recursive descent over the grammar in {@link Faults}; positions count from 1, in characters. */
final class FaultsParser {
    private static final int TIME_DIGITS_MAX = 9;

    private final String text;
    private int at;

    FaultsParser(String text) {
        this.text = text;
    }

    Faults schedule() {
        List<Fault> steps = new ArrayList<>();
        skipSeparators();
        while (at < text.length()) {
            if (steps.size() == Faults.STEPS_MAX) {
                throw error(at, "at most " + Faults.STEPS_MAX + " steps");
            }
            steps.add(step());
            skipBlanks();
            if (at < text.length() && !isSeparator(text.charAt(at))) {
                throw error(at, "\";\" between two steps");
            }
            skipSeparators();
        }
        return new Faults(steps);
    }

    private Fault step() {
        int start = at;
        String word = take(c -> c >= 'a' && c <= 'z');
        return switch (word) {
            case "wait" -> new Fault.Wait(time());
            case "cut" -> new Fault.Cut(links());
            case "heal" -> atEndOfStep() ? new Fault.HealAll() : new Fault.Heal(links());
            case "kill" -> new Fault.Kill(name());
            case "restart" -> new Fault.Restart(name());
            case "pause" -> new Fault.Pause(name(), time());
            default -> throw error(start, "wait, cut, heal, kill, restart or pause");
        };
    }

    private Fault.Links links() {
        skipBlanks();
        int start = at;
        List<List<String>> groups = new ArrayList<>();
        groups.add(group());
        skipBlanks();
        char separator = at < text.length() ? text.charAt(at) : ';';
        if (separator != '|' && separator != '>') {
            throw error(at, "\"|\" or \">\" and another group");
        }
        while (at < text.length() && text.charAt(at) == separator) {
            at++;
            groups.add(group());
            skipBlanks();
        }
        if (at < text.length() && (text.charAt(at) == '|' || text.charAt(at) == '>')) {
            throw error(at, "either \"|\" or \">\", not both,");
        }
        try {
            return new Fault.Links(groups, separator == '>');
        } catch (IllegalArgumentException e) {
            throw error(start, e.getMessage() + ";");
        }
    }

    private List<String> group() {
        List<String> names = new ArrayList<>();
        names.add(name());
        skipBlanks();
        while (at < text.length() && text.charAt(at) == ',') {
            at++;
            names.add(name());
            skipBlanks();
        }
        return names;
    }

    private String name() {
        skipBlanks();
        int start = at;
        String name = take(c -> Faults.NAME.matcher(String.valueOf(c)).matches());
        if (!Faults.NAME.matcher(name).matches()) {
            throw error(start, "a member's name of 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        return name;
    }

    private Duration time() {
        skipBlanks();
        int start = at;
        String digits = take(c -> c >= '0' && c <= '9');
        String unit = take(c -> c >= 'a' && c <= 'z');
        if (digits.isEmpty() || digits.length() > TIME_DIGITS_MAX) {
            throw error(start, "a time such as 5s, 250ms or 2m");
        }
        long amount = Long.parseLong(digits);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> throw error(start, "a time such as 5s, 250ms or 2m");
        };
    }

    private boolean atEndOfStep() {
        skipBlanks();
        return at == text.length() || isSeparator(text.charAt(at));
    }

    private String take(Predicate<Character> wanted) {
        int start = at;
        while (at < text.length() && wanted.test(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private void skipBlanks() {
        take(c -> c == ' ' || c == '\t');
    }

    private void skipSeparators() {
        take(c -> c == ' ' || c == '\t' || isSeparator(c));
    }

    private static boolean isSeparator(char c) {
        return c == ';' || c == '\n' || c == '\r';
    }

    private IllegalArgumentException error(int position, String expected) {
        int end = position;
        while (end < text.length() && !isSeparator(text.charAt(end)) && end - position < 40) {
            end++;
        }
        String found = position == text.length()
                ? "the end"
                : "\"" + text.substring(position, end).strip() + "\"";
        return new IllegalArgumentException(
                "faults, at " + (position + 1) + ": expected " + expected + " but found " + found);
    }
}
