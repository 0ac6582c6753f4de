package io.capstan.demo.node;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorRefWithCell;
import org.apache.pekko.actor.Cell;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import scala.jdk.javaapi.CollectionConverters;

/** Who supervises whom on a node, and what waits for each: Pekko knows, and tells nobody but its own. */
final class ActorTree {
    /** A node with a million processes is not printed whole. */
    private static final int SHOWN_MAX = 400;

    /** Of many siblings some are as good as all. */
    private static final int SIBLINGS_MAX = 50;

    /**
     * One process.
     *
     * @param depth 0 for the root
     * @param mailbox messages that wait
     * @param children how many it supervises, shown or not
     */
    record Supervised(String name, int depth, int mailbox, int children) {}

    /**
     * All of them.
     *
     * @param count how many there are
     * @param waiting messages in all their mailboxes
     * @param processes the first of them, each before its children
     */
    record Tree(int count, long waiting, List<Supervised> processes) {}

    private final List<Supervised> shown = new ArrayList<>();
    private int count;
    private long waiting;

    private ActorTree() {}

    static Tree of(ActorSystem<?> system) {
        ActorTree tree = new ActorTree();
        tree.walk(((ExtendedActorSystem) system.classicSystem()).provider().rootGuardian(), 0, true);
        return new Tree(tree.count, tree.waiting, List.copyOf(tree.shown));
    }

    private void walk(ActorRef process, int depth, boolean show) {
        if (!(process instanceof ActorRefWithCell local)) {
            return;
        }
        Cell cell = local.underlying();
        List<ActorRef> children = new ArrayList<>();
        CollectionConverters.asJava(cell.childrenRefs().children()).forEach(children::add);
        int mailbox = cell.numberOfMessages();
        count++;
        waiting += mailbox;
        boolean here = show && shown.size() < SHOWN_MAX;
        if (here) {
            shown.add(new Supervised(depth == 0 ? "/" : process.path().name(), depth, mailbox, children.size()));
        }
        for (int i = 0; i < children.size(); i++) {
            walk(children.get(i), depth + 1, here && i < SIBLINGS_MAX);
        }
    }
}
