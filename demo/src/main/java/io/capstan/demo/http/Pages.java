package io.capstan.demo.http;

import io.capstan.demo.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Pages, scripts and pictures that lie in the jar. Nothing is fetched from anywhere else, and nothing else may run. */
public final class Pages {
    private static final List<HttpHeader> HEADERS = List.of(
            // A page is what this jar has, also after the next build.
            RawHeader.create("Cache-Control", "no-store"),
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("Referrer-Policy", "no-referrer"),
            RawHeader.create(
                    "Content-Security-Policy",
                    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"));

    private static final Map<String, ContentType> TYPES = Map.of(
            "html", ContentTypes.TEXT_HTML_UTF8,
            "js", ContentTypes.create(MediaTypes.APPLICATION_JAVASCRIPT, HttpCharsets.UTF_8),
            "css", ContentTypes.create(MediaTypes.TEXT_CSS, HttpCharsets.UTF_8),
            "svg", ContentTypes.create(MediaTypes.IMAGE_SVG_XML));

    private Pages() {}

    /** The file {@code name} of the jar's folder {@code web}; throws {@link UserError} when there is none. */
    public static HttpResponse file(String name) {
        return page(type(name), text("web/" + name));
    }

    /** A page of HTML. */
    public static HttpResponse html(String text) {
        return page(ContentTypes.TEXT_HTML_UTF8, text);
    }

    /** What somebody is to keep, as it is. */
    public static HttpResponse plain(String text) {
        return page(ContentTypes.TEXT_PLAIN_UTF8, text);
    }

    private static HttpResponse page(ContentType type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return HttpResponse.create().addHeaders(HEADERS).withEntity(HttpEntities.create(type, bytes));
    }

    private static ContentType type(String name) {
        ContentType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new UserError("there is no page " + name);
        }
        return type;
    }

    /** A file of the jar as text. */
    public static String text(String resource) {
        // No name leads out of its folder: the class loader would not follow one, but that is nobody's promise.
        if (!resource.matches("([A-Za-z0-9-]+/)*[A-Za-z0-9-]+\\.[a-z]+")) {
            throw new UserError("there is no page " + resource);
        }
        try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new UserError("there is no page " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UserError("cannot read " + resource + ": " + e.getMessage());
        }
    }
}
