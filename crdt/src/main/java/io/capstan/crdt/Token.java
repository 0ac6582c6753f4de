package io.capstan.crdt;

import io.capstan.crdt.core.Frontier;
import io.capstan.crdt.core.MalformedFrame;
import java.util.Base64;

/**
 * What one node had seen: whoever takes it to another node and waits there reads at least as much, its own adds included.
 * Goes through cookies and headers as text.
 */
public final class Token {
    private final Frontier frontier;

    Token(Frontier frontier) {
        this.frontier = frontier;
    }

    Frontier frontier() {
        return frontier;
    }

    /**
     * Reads what {@link #toString} wrote, on this node or any other.
     *
     * @throws IllegalArgumentException when the text is no token
     */
    public static Token parse(String text) {
        try {
            return new Token(Frontier.read(Base64.getUrlDecoder().decode(text)));
        } catch (MalformedFrame e) {
            throw new IllegalArgumentException("no token: " + e.getMessage());
        }
    }

    /** What both have seen together. */
    public Token with(Token other) {
        return new Token(frontier.join(other.frontier));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Token token && frontier.equals(token.frontier);
    }

    @Override
    public int hashCode() {
        return frontier.hashCode();
    }

    /** Letters, digits, - and _; some 50 bytes for every start of a node that ever counted. */
    @Override
    public String toString() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(frontier.toBytes());
    }
}
