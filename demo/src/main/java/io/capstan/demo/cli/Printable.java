package io.capstan.demo.cli;

/** Other people's words on a terminal: what would move its cursor, or turn the direction of the line, is spelt out. */
final class Printable {
    private Printable() {}

    /** {@code text} with control and format characters as {@code \\u001b}. */
    static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.UNASSIGNED -> printable.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
                default -> printable.appendCodePoint(c);
            }
        });
        return printable.toString();
    }
}
