package io.capstan.demo.lab;

import io.capstan.demo.HtmlText;
import java.util.List;

/** A source file as a page, with a line to jump to. */
final class SourcePage {
    private SourcePage() {}

    static String of(String name, String text) {
        StringBuilder page = new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(HtmlText.escaped(name))
                .append(
                        "</title><link rel=\"stylesheet\" href=\"/web/lab.css\"><link rel=\"icon\" href=\"/web/icon.svg\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\"></head><body class=\"source\"><h1>")
                .append(HtmlText.escaped(name.substring("source/".length())))
                .append("</h1><pre>");
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            int number = i + 1;
            page.append("<span class=\"line\" id=\"L")
                    .append(number)
                    .append("\"><a href=\"#L")
                    .append(number)
                    .append("\">")
                    .append(number)
                    .append("</a> ")
                    .append(HtmlText.escaped(lines.get(i)))
                    .append("</span>\n");
        }
        return page.append("</pre></body></html>").toString();
    }
}
