package io.capstan.testkit;

import java.time.Duration;
import java.util.function.Predicate;

/** Reads the words of the notation of {@link Faults} one after the other; positions count from 1, in characters. */
final class FaultsScanner {
    private static final int DIGITS_MAX = 9;
    private static final String TIME = "a time such as 5s, 250ms or 2m";

    private final String text;
    private int at;

    FaultsScanner(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /** Where the next word begins. */
    int position() {
        skipBlanks();
        return at;
    }

    /** What stands next: a separator at the end. */
    char next() {
        skipBlanks();
        return atEnd() ? ';' : text.charAt(at);
    }

    /** Goes past this character, if it is next. */
    boolean skip(char wanted) {
        boolean there = !atEnd() && next() == wanted && !atEnd();
        at += there ? 1 : 0;
        return there;
    }

    boolean atEndOfStep() {
        return isSeparator(next());
    }

    void skipSeparators() {
        take(c -> c == ' ' || c == '\t' || isSeparator(c));
    }

    /** A word of the notation; empty if there is none. */
    String word() {
        skipBlanks();
        return take(c -> (c >= 'a' && c <= 'z') || c == '-');
    }

    String name() {
        skipBlanks();
        int start = at;
        String name = take(c -> Faults.NAME.matcher(String.valueOf(c)).matches());
        if (!Faults.NAME.matcher(name).matches()) {
            throw error(start, "a member's name of 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        return name;
    }

    Duration time() {
        int start = position();
        int amount = digits(start, TIME);
        return switch (word()) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw error(start, TIME);
        };
    }

    int percent() {
        int start = position();
        int amount = digits(start, "a share such as 30%");
        if (amount > 100 || !skip('%')) {
            throw error(start, "a share such as 30%");
        }
        return amount;
    }

    int number() {
        return digits(position(), "a number");
    }

    private int digits(int start, String expected) {
        String digits = take(c -> c >= '0' && c <= '9');
        if (digits.isEmpty() || digits.length() > DIGITS_MAX) {
            throw error(start, expected);
        }
        return Integer.parseInt(digits);
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

    private static boolean isSeparator(char c) {
        return c == ';' || c == '\n' || c == '\r';
    }

    IllegalArgumentException error(int position, String expected) {
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
