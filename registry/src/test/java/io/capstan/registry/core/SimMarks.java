package io.capstan.registry.core;

import io.capstan.registry.core.CreatedMarks.Effect;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One simulated node with created groups: its marks, on groups as every node has them. */
final class SimMarks implements SimProcess<SimMesh.Packet> {
    static final Duration KEPT = Duration.ofMillis(1_500);

    final Map<String, CreatedMark> marks = new TreeMap<>();
    final SimGroups groups;
    private final CreatedMarks core = new CreatedMarks(marks);
    private final Map<SimGroups.Place, GroupRow> heard = new HashMap<>();

    SimMarks(SimNode<SimMesh.Packet> node, Consumer<SimMarks> started) {
        groups = new SimGroups(node, made -> {});
        started.accept(this);
        node.every(KEPT, () -> {
            core.sweep(this::highest);
            perform();
        });
        node.every(Duration.ofMillis(50), this::listen);
    }

    void say(String group, boolean created) {
        core.say(group, created);
        perform();
    }

    /** As a listener of the scope: of each group whose marks are others by now. */
    private void listen() {
        List<String> changed = new ArrayList<>();
        groups.shown.forEach((place, row) -> {
            if (!row.equals(heard.get(place))) {
                changed.add(place.membership().group());
            }
        });
        heard.keySet().stream()
                .filter(place -> !groups.shown.containsKey(place))
                .forEach(place -> changed.add(place.membership().group()));
        heard.clear();
        heard.putAll(groups.shown);
        changed.stream().distinct().sorted().forEach(group -> core.heard(group, highest(group)));
        perform();
    }

    private CreatedMark highest(String group) {
        CreatedMark highest = CreatedMark.NONE;
        for (Map.Entry<SimGroups.Place, GroupRow> each : groups.shown.entrySet()) {
            if (each.getKey().membership().group().equals(group)) {
                CreatedMark shown = CreatedMark.of(each.getValue().metadata());
                highest = shown.above(highest) ? shown : highest;
            }
        }
        return highest;
    }

    private void perform() {
        for (Effect effect : core.drain()) {
            Membership membership = new Membership("marks", effect.group(), groups.self + "/keeper");
            if (effect instanceof Effect.Show show) {
                groups.join(membership, show.mark().toMetadata());
            } else if (effect instanceof Effect.Forget forget) {
                for (int i = 0; i < forget.times(); i++) {
                    groups.leave(membership);
                }
            }
        }
    }

    @Override
    public void onMessage(String from, SimMesh.Packet message) {
        groups.onMessage(from, message);
    }

    @Override
    public void onLinkUp(String peer, int incarnation) {
        groups.onLinkUp(peer, incarnation);
    }

    @Override
    public void onLinkDown(String peer) {
        groups.onLinkDown(peer);
    }
}
