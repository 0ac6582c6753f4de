package io.capstan.demo.node;

import io.capstan.demo.certs.CertificateFolder;
import io.capstan.demo.process.DoorKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Knocks at a node's door as nobody's client would. */
final class Doors {
    private Doors() {}

    static int port(DemoNode node) {
        String address = node.ready().http();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** The status of an answer to a request with this {@code Authorization}; empty: none. */
    static int status(DemoNode node, CertificateFolder trust, String authorization, String method, String path) {
        DoorKey key = DoorKey.of(Map.of("CAPSTAN_AUTHORITY", trust.authority().toString()));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port(node) + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try {
            return key.client(Duration.ofSeconds(20))
                    .send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
