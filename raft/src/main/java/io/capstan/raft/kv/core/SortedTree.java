package io.capstan.raft.kv.core;

import io.capstan.raft.kv.KeyEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map of entries by key: a change makes a new one that shares all but a path with the old. So a snapshot of
 * a large table is a reference, and costs what changes meanwhile.
 *
 * <p>A size-balanced tree (Adams 1993, with the parameters of Hirai and Yamamoto 2011, which are proved to hold).
 */
final class SortedTree {
    private static final int DELTA = 3;
    private static final int GAMMA = 2;

    static final SortedTree EMPTY = new SortedTree(null);

    private record Node(
            KeyEntry entry, @Nullable Node left, @Nullable Node right, int size) {}

    private final @Nullable Node root;

    private SortedTree(@Nullable Node root) {
        this.root = root;
    }

    int size() {
        return size(root);
    }

    @Nullable
    KeyEntry get(String key) {
        Node node = root;
        while (node != null) {
            int order = key.compareTo(node.entry().key());
            if (order == 0) {
                return node.entry();
            }
            node = order < 0 ? node.left() : node.right();
        }
        return null;
    }

    SortedTree with(KeyEntry entry) {
        return new SortedTree(put(root, entry));
    }

    SortedTree without(String key) {
        return new SortedTree(remove(root, key));
    }

    /**
     * Visits the entries from {@code from} to before {@code to} in order, until the visitor returns false; an empty
     * {@code to} is no end.
     */
    void visit(String from, String to, Predicate<KeyEntry> visitor) {
        visit(root, from, to, visitor);
    }

    List<KeyEntry> all() {
        List<KeyEntry> all = new ArrayList<>(size());
        visit("", "", all::add);
        return all;
    }

    private static boolean visit(@Nullable Node node, String from, String to, Predicate<KeyEntry> visitor) {
        if (node == null) {
            return true;
        }
        String key = node.entry().key();
        boolean afterFrom = key.compareTo(from) >= 0;
        boolean beforeTo = to.isEmpty() || key.compareTo(to) < 0;
        return (!afterFrom || visit(node.left(), from, to, visitor))
                && (!afterFrom || !beforeTo || visitor.test(node.entry()))
                && (!beforeTo || visit(node.right(), from, to, visitor));
    }

    private static int size(@Nullable Node node) {
        return node == null ? 0 : node.size();
    }

    private static Node node(KeyEntry entry, @Nullable Node left, @Nullable Node right) {
        return new Node(entry, left, right, size(left) + size(right) + 1);
    }

    private static Node put(@Nullable Node node, KeyEntry entry) {
        if (node == null) {
            return node(entry, null, null);
        }
        int order = entry.key().compareTo(node.entry().key());
        if (order == 0) {
            return node(entry, node.left(), node.right());
        }
        return order < 0
                ? balanced(node.entry(), put(node.left(), entry), node.right())
                : balanced(node.entry(), node.left(), put(node.right(), entry));
    }

    private static @Nullable Node remove(@Nullable Node node, String key) {
        if (node == null) {
            return null;
        }
        int order = key.compareTo(node.entry().key());
        if (order < 0) {
            return balanced(node.entry(), remove(node.left(), key), node.right());
        }
        if (order > 0) {
            return balanced(node.entry(), node.left(), remove(node.right(), key));
        }
        Node left = node.left();
        Node right = node.right();
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        KeyEntry next = first(right);
        return balanced(next, left, remove(right, next.key()));
    }

    private static KeyEntry first(Node node) {
        Node first = node;
        for (Node left = first.left(); left != null; left = first.left()) {
            first = left;
        }
        return first.entry();
    }

    private static Node balanced(KeyEntry entry, @Nullable Node left, @Nullable Node right) {
        if (right != null && isHeavier(right, left)) {
            Node inner = right.left();
            return inner != null && size(inner) + 1 >= GAMMA * (size(right.right()) + 1)
                    ? node(
                            inner.entry(),
                            node(entry, left, inner.left()),
                            node(right.entry(), inner.right(), right.right()))
                    : node(right.entry(), node(entry, left, inner), right.right());
        }
        if (left != null && isHeavier(left, right)) {
            Node inner = left.right();
            return inner != null && size(inner) + 1 >= GAMMA * (size(left.left()) + 1)
                    ? node(
                            inner.entry(),
                            node(left.entry(), left.left(), inner.left()),
                            node(entry, inner.right(), right))
                    : node(left.entry(), left.left(), node(entry, inner, right));
        }
        return node(entry, left, right);
    }

    private static boolean isHeavier(@Nullable Node one, @Nullable Node other) {
        return size(one) + 1 > DELTA * (size(other) + 1);
    }

    /** For tests: whether no side of any node is too heavy. */
    boolean isBalanced() {
        return isBalanced(root);
    }

    private static boolean isBalanced(@Nullable Node node) {
        return node == null
                || (!isHeavier(node.left(), node.right())
                        && !isHeavier(node.right(), node.left())
                        && isBalanced(node.left())
                        && isBalanced(node.right()));
    }
}
