package io.capstan.demo.story;

import java.util.Arrays;

/** Fencing tokens as the HTTP door prints them: numbers separated by dots, the most significant first. */
final class Tokens {
    private Tokens() {}

    /** Negative when {@code before} is lower than {@code after}. */
    static int compare(String before, String after) {
        return Arrays.compare(numbers(before), numbers(after));
    }

    private static long[] numbers(String token) {
        return Arrays.stream(token.split("\\.")).mapToLong(Long::parseLong).toArray();
    }
}
