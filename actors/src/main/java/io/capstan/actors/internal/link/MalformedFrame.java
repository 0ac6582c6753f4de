package io.capstan.actors.internal.link;

import java.util.regex.Pattern;

/** Bytes that are no frame of this protocol. The connection they came on is closed. */
final class MalformedFrame extends RuntimeException {
    /** What ends a line, moves a cursor or turns the direction of a text: somebody unknown would write our log with it. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

    /** @param message may quote what came: in the log it is one line of printable characters */
    MalformedFrame(String message) {
        super(UNPRINTABLE.matcher(message).replaceAll("?"), null, false, false);
    }

    /** Returns {@code text}, which whoever is at the other end has written and which goes to the log, unchanged. */
    static String requirePrintable(String text) {
        if (UNPRINTABLE.matcher(text).find()) {
            throw new MalformedFrame("a text with characters that are not to be printed: " + text);
        }
        return text;
    }
}
