package io.capstan.demo.http;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;

/** Parameters of a request's query, with a clear refusal of what is not one. */
public final class Parameters {
    private Parameters() {}

    /** A whole number, {@code standard} when it is not given. */
    public static Route number(String name, long standard, LongFunction<Route> inner) {
        return Directives.parameterOptional(name, text -> {
            try {
                return inner.apply(text.map(Long::parseLong).orElse(standard));
            } catch (NumberFormatException e) {
                return Directives.complete(Answers.refusal(new IllegalArgumentException(
                        "parameter " + name + " is a whole number, got \"" + text.orElse("") + "\"")));
            }
        });
    }

    /**
     * A whole number of a range.
     *
     * @throws IllegalArgumentException in one line when it is none
     */
    public static int between(String name, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "parameter " + name + " is " + least + " to " + most + ", got \"" + text + "\"");
    }

    /** A time in milliseconds, at least 1. */
    public static Route duration(String name, Duration standard, Function<Duration, Route> inner) {
        return number(
                name,
                standard.toMillis(),
                millis -> millis < 1
                        ? Directives.complete(Answers.refusal(
                                new IllegalArgumentException("parameter " + name + " is at least 1, got " + millis)))
                        : inner.apply(Duration.ofMillis(millis)));
    }
}
