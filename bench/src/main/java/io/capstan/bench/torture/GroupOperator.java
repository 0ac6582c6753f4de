package io.capstan.bench.torture;

import com.fasterxml.jackson.databind.node.TextNode;
import io.capstan.bench.torture.node.NodeRequests;
import io.capstan.bench.torture.record.Recorder;
import io.capstan.bench.torture.workload.Answer;
import io.capstan.bench.torture.workload.Ask;
import io.capstan.testkit.GroupFault;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who changes a workload's group of consensus while it is used, through whichever node leads it, and knows who leads. */
final class GroupOperator {
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration CHANGE = Duration.ofSeconds(12);

    private final String group;
    private final Map<String, MemberDoor> doors;
    private final Recorder recorder;
    private boolean changed;

    /** @param group empty when nobody votes on what this workload does */
    GroupOperator(String group, Map<String, MemberDoor> doors, Recorder recorder) {
        this.group = group;
        this.doors = doors;
        this.recorder = recorder;
    }

    /** Who leads, as whoever knows of the latest term says; nobody knows while nobody can be asked. */
    Optional<String> leader() {
        return doors.values().stream()
                .filter(MemberDoor::isServing)
                .map(door -> ask(door, NodeRequests.STATUS, null, LOOK))
                .filter(answer -> !answer.value().path("leader").asText().isEmpty())
                .max(Comparator.comparingLong(
                        answer -> answer.value().path("term").asLong()))
                .map(answer -> answer.value().path("leader").asText());
    }

    /**
     * Does it, or finds out that it is refused: both are written down.
     *
     * @throws UnsupportedOperationException when there is no group
     */
    void operate(String name, GroupFault.Kind kind) {
        if (group.isEmpty()) {
            throw new UnsupportedOperationException(
                    kind + " " + name + ": no group of consensus does what this workload does");
        }
        changed |= kind == GroupFault.Kind.REMOVE;
        Answer answer = through(NodeRequests.operating(kind), name, CHANGE);
        recorder.remark(
                "operated", TextNode.valueOf(kind + " " + name + ": " + (answer.ok() ? "done" : answer.error())));
    }

    /** Whether all of these vote in the group, and nobody else is in it, as has to be when all is well; else what is. */
    Optional<String> amiss(List<String> names) {
        if (group.isEmpty()) {
            return Optional.empty();
        }
        Answer members = through(NodeRequests.MEMBERS, null, LOOK);
        String wanted = String.join(",", names);
        if (members.ok() && members.value().asText().equals(wanted)) {
            changed = false;
            return Optional.empty();
        }
        if (changed) {
            // Whom an operator has taken out only an operator brings in again.
            through(NodeRequests.MAKE, null, CHANGE);
        }
        return Optional.of("in " + group + " are "
                + (members.ok() ? members.value().asText() : "nobody knows who: " + members.error())
                + " instead of " + wanted);
    }

    private Answer through(String f, @Nullable String whom, Duration timeout) {
        Optional<MemberDoor> leading = leader().map(doors::get).filter(MemberDoor::isServing);
        return leading.or(() ->
                        doors.values().stream().filter(MemberDoor::isServing).findFirst())
                .map(door -> ask(door, f, whom, timeout))
                .orElseGet(() -> MemberDoor.unknown("no node serves"));
    }

    private Answer ask(MemberDoor door, String f, @Nullable String whom, Duration timeout) {
        return Client.await(
                door, TorturedCluster.DRIVER, new Ask(f, group, whom == null ? null : TextNode.valueOf(whom), timeout));
    }
}
