package io.capstan.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Chance and time for what is fuzzed here: {@code -Dfuzz.seconds=600} goes on for ten minutes with each; {@code
 * -Dfuzz.seed=S} draws the same again.
 */
public final class Fuzz {
    private static final double SECONDS_DEFAULT = 2;

    /** Those that Pekko HTTP knows, of those that are tried. */
    private static final Set<String> METHODS = Set.of("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS");

    /** {@code pekko.http.parsing.max-uri-length}, less some. */
    private static final int TARGET_LENGTH_MAX = 2_000;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final String what;
    private long rounds;

    public Fuzz(String what) {
        this.what = what;
    }

    /** One try. */
    public interface Try {
        /** Throws when what it met was neither served nor refused. */
        void run() throws Exception;
    }

    /** Again and again until the time is over; what fails says how to have it again. */
    public void run(Try each) {
        long end = System.nanoTime()
                + (long) (Double.parseDouble(System.getProperty("fuzz.seconds", "" + SECONDS_DEFAULT)) * 1e9);
        do {
            rounds++;
            try {
                each.run();
            } catch (Exception | Error bug) {
                throw new AssertionError(what + ", round " + rounds + " of -Dfuzz.seed=" + seed, bug);
            }
        } while (System.nanoTime() < end);
        System.out.printf("%s: %,d rounds%n", what, rounds);
    }

    /**
     * The answer of a door, or none to what HTTP itself refuses before any of our code hears of it, a method that there is not or a
     * path that is too long: there the connection closes over a body unread, and the reset may overtake the refusal.
     */
    public static Optional<HttpResponse<InputStream>> answer(HttpClient http, HttpRequest request) throws Exception {
        try {
            return Optional.of(http.send(request, BodyHandlers.ofInputStream()));
        } catch (HttpTimeoutException hangs) {
            throw hangs;
        } catch (IOException lost) {
            URI target = request.uri();
            if (METHODS.contains(request.method())
                    && (target.getRawPath() + target.getRawQuery()).length() < TARGET_LENGTH_MAX) {
                throw lost;
            }
            return Optional.empty();
        }
    }

    public Random random() {
        return random;
    }

    /** One of these. */
    public String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
