package io.capstan.testkit;

import java.time.Duration;

/** How the values of {@link Faults} are written. */
final class Notation {
    private Notation() {}

    static void requireMillis(Duration time) {
        if (time.isNegative() || time.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException("a fault's time is a whole number of milliseconds, got " + time);
        }
    }

    static void requirePercent(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("a share is 0% to 100%, got " + percent + "%");
        }
    }

    static String requireName(String name) {
        if (!Faults.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a member's name has 1 to 64 of A-Z a-z 0-9 . _ -, got \"" + name + "\"");
        }
        return name;
    }

    static String print(Duration time) {
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
