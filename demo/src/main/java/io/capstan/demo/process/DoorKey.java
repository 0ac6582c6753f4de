package io.capstan.demo.process;

import io.capstan.demo.UserError;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What this process shows at nodes' doors, and whom it believes there. Thread-safe.
 *
 * <pre>
 *   CAPSTAN_TOKEN_FILE   a file whose one word is the token; else
 *   CAPSTAN_TOKEN        the token
 *   CAPSTAN_AUTHORITY    who signs the doors' certificates, PEM; else those whom Java believes
 * </pre>
 */
public final class DoorKey {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static @Nullable DoorKey mine;

    private final String token;
    private final @Nullable SSLContext trust;
    // A client has threads: one for all nodes.
    private @Nullable HttpClient shared;

    private DoorKey(String token, @Nullable SSLContext trust) {
        this.token = token;
        this.trust = trust;
    }

    /**
     * The key that the environment names; reads its files now.
     *
     * @throws UserError in one line, without a word of what is in them
     */
    public static DoorKey of(Map<String, String> environment) {
        String file = environment.getOrDefault("CAPSTAN_TOKEN_FILE", "");
        String authority = environment.getOrDefault("CAPSTAN_AUTHORITY", "");
        String token = file.isEmpty()
                ? environment.getOrDefault("CAPSTAN_TOKEN", "")
                : read("CAPSTAN_TOKEN_FILE", Path.of(file)).strip();
        if (!token.chars().allMatch(letter -> letter > ' ' && letter < 127)) {
            throw new UserError("the token of CAPSTAN_TOKEN_FILE, or CAPSTAN_TOKEN, is one word of printable ASCII");
        }
        return new DoorKey(token, authority.isEmpty() ? null : trust(Path.of(authority)));
    }

    /** The key that this process's environment names. Throws as {@link #of}. */
    public static synchronized DoorKey mine() {
        if (mine == null) {
            mine = of(System.getenv());
        }
        return mine;
    }

    synchronized HttpClient client() {
        if (shared == null) {
            shared = client(CONNECT_MAX);
        }
        return shared;
    }

    /** Adds the token to a request. */
    public HttpRequest.Builder show(HttpRequest.Builder request) {
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    /** Makes a client that believes the doors' authority; whoever is called must have the host that was called among its names. */
    public HttpClient client(Duration connectMax) {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(connectMax);
        return trust == null ? client.build() : client.sslContext(trust).build();
    }

    private static SSLContext trust(Path authority) {
        try {
            var context = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(authority.toFile())
                    .build();
            return ((JdkSslContext) context).context();
        } catch (IOException | IllegalArgumentException e) {
            throw new UserError("CAPSTAN_AUTHORITY: " + authority + " holds no certificates in PEM, or cannot be read");
        }
    }

    private static String read(String variable, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UserError(
                    variable + ": " + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
