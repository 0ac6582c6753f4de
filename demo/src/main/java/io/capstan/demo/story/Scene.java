package io.capstan.demo.story;

import java.util.List;
import java.util.Locale;

/**
 * One step of the story, before it is played: what is to happen, why it comes out as it does, and the line of this demo that does
 * it. In the order in which they are played.
 */
public enum Scene {
    FORM(
            "three nodes form one cluster",
            "Each is a process of its own, linked to all others. Only the first was told to form a cluster; the others joined"
                    + " through it, and find each other again for ever.",
            "DemoNode",
            "Node.start(this.settings.name()"),
    REGISTER(
            "a registers the name stock: b finds it",
            "A name is one process for the whole cluster, as with Erlang's global: every node that can be seen has said yes"
                    + " before a is told, so the very next look on b finds it.",
            "NameRoutes",
            "names.register(name, clerk"),
    ASK(
            "a message sent to the name on c reaches the process on a",
            "A reference works from any node. A call fails at once when its target is gone, not at its timeout.",
            "NameRoutes",
            "Call.<Clerk.Command, Clerk.Answer>to"),
    TAKEN(
            "the name cannot be registered again: c is refused",
            "While all nodes see each other there is one owner. The refusal says so, and that trying again would not help.",
            "NameRoutes",
            "names.register(name, clerk"),
    JOIN(
            "b joins the group room: c sees it",
            "A group is many processes under one name, as Erlang's pg: joining asks nobody, the others hear of it.",
            "GroupRoutes",
            "groups.join(group(name), clerk)"),
    LOCK(
            "a takes the lock invoices: b sees its holder and token",
            "A lock is an entry in a log that a majority has on disk (Raft). Its fencing token is the place of the grant in that"
                    + " log: it only rises, and whatever the lock guards can refuse a lower one.",
            "LockRoutes",
            "session().acquire(name"),
    UNLOCK(
            "a releases it: c sees it free",
            "The release is an entry too. c answers from its own copy of the log.",
            "LockRoutes",
            "lock.release().thenApply"),
    CUT(
            "c is cut off: a and b go on without it",
            "Nothing passes between c and the others any more, in either direction. Nobody is told: both sides notice the"
                    + " silence, and neither can know whether the other is dead.",
            "LabRoutes",
            "faults.cut(name, links)"),
    ALONE(
            "and c goes on alone",
            "It sees nobody, and serves whoever asks it. From here on, each service has to choose.",
            "StatusRoutes",
            "names(node.internals().mesh().linked())"),
    COUNT_TWO(
            "a counts 2 visits: b reads 2",
            "Counters chose to be available: each start of a node has a row of its own, and only adds to that.",
            "CounterRoutes",
            "counters.counter(name).add(delta)"),
    COUNT_THREE(
            "c counts 3 visits: it reads 3, and is wrong, and that is ok",
            "A response without guarantee that it contains the most recent write. It comes in nanoseconds, on both sides.",
            "CounterRoutes",
            "counters.counter(name).value()"),
    NAME_HERE(
            "a registers the name printer: b finds a's",
            "Names chose to be available as well: whoever cannot be seen is not asked.",
            "NameRoutes",
            "names.register(name, clerk"),
    NAME_THERE(
            "c registers printer too, and finds its own",
            "What if the node isn't really down? Now one name has two owners, one on each side. This is what favouring"
                    + " availability costs, and why somebody must win later.",
            "NameRoutes",
            "names.register(name, clerk"),
    GRANTED(
            "the majority takes the lock: b sees a holding it with a higher token",
            "Two of three are a majority: they can agree, so they go on.",
            "LockRoutes",
            "session().acquire(name"),
    REFUSED(
            "the minority is refused",
            "The most recent write, or an error: c cannot know whether the others granted the lock, so it does not. The refusal"
                    + " says that nothing was done, and that trying again is safe.",
            "LockRoutes",
            "session().acquire(name"),
    HEAL(
            "the cut is mended: c sees both again",
            "Links come back within about a second, and every row that one side has and the other has not is exchanged.",
            "LabRoutes",
            "faults.heal(name, links)"),
    TOGETHER(
            "the counts come together",
            "2 and 3 are 5: rows have one writer each, so nothing is lost and nothing is counted twice.",
            "CounterRoutes",
            "counters.counter(name).value()"),
    SETTLED(
            "printer has one owner on every node, and the loser was told",
            "All nodes choose the same winner, and the other's process gets a message that says so. What it does then is up to"
                    + " the program.",
            "NameRoutes",
            "OnConflict.tellLoser"),
    PASSED_ON(
            "c takes the lock once a lets go: a sees it, with a higher token",
            "The log of the majority was right all along. c has caught up with it.",
            "LockRoutes",
            "session().acquire(name"),
    STAND_BY(
            "all three stand by for the process lock-keeper: exactly one runs",
            "The talk's first lock is not a service but a process that remembers who has it. Of all nodes that stand by, one runs"
                    + " it, under a name.",
            "StandbyRoutes",
            "names.keepOne("),
    KEPT(
            "ann locks it: bob is refused, on another node",
            "One process takes one message after the other: that is all there is to this lock.",
            "LockProcess",
            "holder.isEmpty() || holder.get().equals(lock.client())"),
    GONE(
            "its node is killed: another node runs a new one",
            "What if this goes away? Its name is free the moment the links break, and a standby that sees that starts the process"
                    + " again.",
            "StandbyRoutes",
            "names.keepOne("),
    FORGOTTEN(
            "bob locks the new one: it knows nothing of ann",
            "The process came back, its memory did not. A lock that must not forget belongs in a log: that is the lock invoices"
                    + " above.",
            "LockProcess",
            "holder.isEmpty() || holder.get().equals(lock.client())"),
    RETURN(
            "the killed node is started again: all three see each other",
            "It knows its cluster from its disk, and comes back as a new incarnation of the same node. What its old one held is"
                    + " gone.",
            "DemoNode",
            "Node.start(this.settings.name()");

    private static final String FOLDER = "source/io/capstan/demo/node/";

    private final String text;
    private final String why;
    private final String type;
    private final String line;

    Scene(String text, String why, String type, String line) {
        this.text = text;
        this.why = why;
        this.type = type;
        this.line = line;
    }

    /** Its number, from 1 on. */
    public int number() {
        return List.of(values()).indexOf(this) + 1;
    }

    /** What is to happen. */
    public String text() {
        return text;
    }

    public String why() {
        return why;
    }

    /** The file that does it, as it lies in the jar. */
    public String file() {
        return FOLDER + type + ".java";
    }

    /**
     * The line of {@code lines} that does it, from 1 on.
     *
     * @param lines of {@link #file}
     * @throws IllegalStateException when it is not there any more
     */
    public int line(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            // The formatter breaks lines where it likes.
            String twoLines =
                    lines.get(i) + (i + 1 < lines.size() ? lines.get(i + 1).strip() : "");
            if (twoLines.contains(line)
                    && (lines.get(i).contains(line) || !next(lines, i).contains(line))) {
                return i + 1;
            }
        }
        throw new IllegalStateException(
                String.format(Locale.ROOT, "scene %s: %s has no line \"%s\"", this, file(), line));
    }

    private static String next(List<String> lines, int i) {
        return i + 1 < lines.size() ? lines.get(i + 1) : "";
    }
}
