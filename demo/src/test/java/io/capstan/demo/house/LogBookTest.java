package io.capstan.demo.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.TreePathScanner;
import io.capstan.testkit.BookPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The lines of the log that have key-value pairs")
class LogBookTest {
    private static final Set<String> LEVELS = Set.of("atError", "atWarn", "atInfo");

    /** A call of {@code log(message, …)}, from its end to the logger. */
    private static final class Line {
        private final List<String> keys = new ArrayList<>();
        private String level = "";

        private Line(ExpressionTree call) {
            ExpressionTree before = call;
            while (before instanceof MethodInvocationTree invoked
                    && invoked.getMethodSelect() instanceof MemberSelectTree select) {
                String name = select.getIdentifier().toString();
                if (name.equals("addKeyValue")) {
                    keys.add(0, "`" + text(invoked.getArguments().get(0)) + "`");
                } else if (LEVELS.contains(name)) {
                    level = name.substring(2).toUpperCase(Locale.ROOT);
                }
                before = select.getExpression();
            }
        }
    }

    private static String text(ExpressionTree tree) {
        return tree instanceof LiteralTree literal ? String.valueOf(literal.getValue()) : "?";
    }

    private static List<String> messages(ExpressionTree tree) {
        return tree instanceof ConditionalExpressionTree either
                ? List.of(text(either.getTrueExpression()), text(either.getFalseExpression()))
                : List.of(text(tree));
    }

    @Test
    @DisplayName("are those of docs/metrics.md, with a message that never varies")
    void areInTheBook() throws Exception {
        Set<String> rows = new TreeSet<>();
        Sources.parse(
                Sources.mainOfAll(),
                (file, unit, trees) -> new TreePathScanner<Void, Void>() {
                    @Override
                    public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
                        if (call.getMethodSelect() instanceof MemberSelectTree select
                                && select.getIdentifier().contentEquals("log")) {
                            Line line = new Line(select.getExpression());
                            if (!line.keys.isEmpty()) {
                                messages(call.getArguments().get(0))
                                        .forEach(message -> rows.add("| " + line.level + " | `" + message + "` | "
                                                + String.join(", ", line.keys) + " |"));
                            }
                        }
                        return super.visitMethodInvocation(call, null);
                    }
                }.scan(unit, null));
        assertThat(rows).hasSizeGreaterThan(10).noneMatch(row -> row.contains("`?`"));
        List<String> book = new ArrayList<>(List.of("| | line | pairs |", "|---|---|---|"));
        book.addAll(rows);
        assertThat(book).isEqualTo(new BookPart(Sources.ROOT.resolve("docs/metrics.md"), "logs").lines(book));
    }
}
