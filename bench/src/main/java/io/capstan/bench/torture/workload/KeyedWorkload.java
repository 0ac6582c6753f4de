package io.capstan.bench.torture.workload;

import io.capstan.bench.torture.node.MemberMain;
import java.util.List;

/** What most workloads are: clients ask about a few names of things at a time, and in the end all nodes are asked about each. */
abstract class KeyedWorkload implements Workload {
    private final String name;
    private final String service;
    private final String group;
    final Turns keys;

    /**
     * @param group whose leader a fault means; empty when nobody leads
     * @param keys the names of things
     */
    KeyedWorkload(String name, String service, String group, Turns keys) {
        this.name = name;
        this.service = service;
        this.group = group;
        this.keys = keys;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String service() {
        return service;
    }

    @Override
    public final String group() {
        return group;
    }

    /** Capstan makes its own groups by itself. */
    @Override
    public final boolean makesGroup() {
        return group.equals(MemberMain.GROUP);
    }

    @Override
    public void turn() {
        keys.turn();
    }

    @Override
    public List<Ask> lastReads() {
        return keys.all().stream().map(this::lastRead).toList();
    }

    /** What every node is asked about one of the things when all is over. */
    abstract Ask lastRead(String key);
}
