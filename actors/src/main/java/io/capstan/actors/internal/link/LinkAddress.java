package io.capstan.actors.internal.link;

import java.nio.charset.StandardCharsets;

/**
 * Where a node's links listen: the one address that people speak about.
 *
 * @param host a name or an address, at most {@value #HOST_BYTES_MAX} bytes of UTF-8
 * @param port 1 to 65535
 */
public record LinkAddress(String host, int port) {
    /** Longest host, in bytes: what DNS allows. */
    public static final int HOST_BYTES_MAX = 255;

    public LinkAddress {
        if (host.isEmpty() || host.getBytes(StandardCharsets.UTF_8).length > HOST_BYTES_MAX) {
            throw new IllegalArgumentException("a host has 1 to " + HOST_BYTES_MAX + " bytes, got \"" + host + "\"");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is 1 to 65535, got " + port);
        }
    }

    /** Reads {@code host:port}; an IPv6 address stands in brackets. */
    public static LinkAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (colon < 0 || (!bracketed && host.indexOf(':') >= 0)) {
            throw new IllegalArgumentException("\"" + text + "\" is not host:port");
        }
        try {
            return new LinkAddress(
                    bracketed ? host.substring(1, host.length() - 1) : host, port(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not host:port: " + e.getMessage(), e);
        }
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a port is 1 to 65535, got \"" + text + "\"", e);
        }
    }

    /** What {@link #parse} reads. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
