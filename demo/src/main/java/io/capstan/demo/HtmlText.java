package io.capstan.demo;

/** What is told on a page, where it could be taken for the page itself. */
public final class HtmlText {
    private HtmlText() {}

    /** Fit for an element and for a quoted attribute. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
