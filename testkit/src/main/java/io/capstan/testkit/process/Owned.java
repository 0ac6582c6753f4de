package io.capstan.testkit.process;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names for what outlives processes, namespaces and mounts: they tell the owner's process id, so that whoever comes next knows
 * what nobody owns any more.
 */
final class Owned {
    private static final Pattern NAME = Pattern.compile("(?:.*/)?capstan-(\\d+)-[^/ ]*");
    private static final AtomicInteger made = new AtomicInteger();

    private Owned() {}

    /** One that was not used before. */
    static String name() {
        return "capstan-" + ProcessHandle.current().pid() + "-" + made.incrementAndGet();
    }

    /** Whether it is such a name, or the path of a file that has one, of an owner that is gone. */
    static boolean isOrphan(String name) {
        Matcher owned = NAME.matcher(name);
        return owned.matches()
                && ProcessHandle.of(Long.parseLong(owned.group(1))).isEmpty();
    }
}
