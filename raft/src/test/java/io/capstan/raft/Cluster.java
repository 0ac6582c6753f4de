package io.capstan.raft;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Some nodes in one process, with the real shell and core, and a network and disks to play with. */
public final class Cluster implements AutoCloseable {
    /** And on one machine: as patient as the preset for that. */
    private static final String QUIET = """
            pekko { loglevel = WARNING, actor.provider = local, coordinated-shutdown.exit-jvm = off }
            capstan.raft.core { election-timeout-min = 240ms, election-timeout-max = 480ms }
            """;

    /** A node that has just been started. */
    public record Started(String name, ActorSystem<?> system) {}

    private final Config config;

    private final MemoryNetwork network = new MemoryNetwork();
    private final BiConsumer<Started, Raft> startup;
    private final Map<String, Raft> rafts = new TreeMap<>();
    private final Map<String, ActorSystem<?>> systems = new HashMap<>();
    private final Map<String, MemoryStore> stores = new HashMap<>();

    /** Nodes of these names; each runs {@code startup} at every start. */
    public Cluster(String configuration, BiConsumer<Started, Raft> startup, String... names) {
        this.startup = startup;
        config = ConfigFactory.load(ConfigFactory.parseString(QUIET + configuration));
        for (String name : names) {
            start(name, new MemoryStore());
        }
    }

    private void start(String name, MemoryStore store) {
        ActorSystem<?> system = ActorSystem.create(Behaviors.empty(), name, config);
        Raft raft = new Raft(system, network.start(name), store);
        systems.put(name, system);
        stores.put(name, store);
        rafts.put(name, raft);
        startup.accept(new Started(name, system), raft);
    }

    public Raft raft(String name) {
        return requireNonNull(rafts.get(name), name);
    }

    public MemoryNetwork network() {
        return network;
    }

    public ActorSystem<?> system(String name) {
        return requireNonNull(systems.get(name), name);
    }

    public MemoryStore store(String name) {
        return requireNonNull(stores.get(name), name);
    }

    public boolean runs(String name) {
        return rafts.containsKey(name);
    }

    /** As kill -9: what was not flushed is lost. */
    public void crash(String name) {
        network.stop(name);
        stores.put(name, store(name).afterCrash());
        rafts.remove(name);
        requireNonNull(systems.remove(name), name).terminate();
    }

    public void wipe(String name) {
        stores.put(name, new MemoryStore());
    }

    public void restart(String name) {
        start(name, store(name));
    }

    /** The name of the leader that a majority of the running members agree on. */
    public String awaitLeader(String group) {
        String[] leader = {""};
        await("a leader of " + group, () -> {
            Map<String, Integer> votes = new HashMap<>();
            rafts.values().forEach(raft -> raft.leader(group).ifPresent(name -> votes.merge(name, 1, Integer::sum)));
            votes.forEach((name, count) -> leader[0] = count >= 2 && rafts.containsKey(name) ? name : leader[0]);
            return !leader[0].isEmpty()
                    && raft(leader[0]).status(group).orElseThrow().role() == GroupStatus.Role.LEADER;
        });
        return leader[0];
    }

    public static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still no " + what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new AssertionError(failed);
        } catch (InterruptedException | TimeoutException nothing) {
            throw new AssertionError("no outcome within 30 s", nothing);
        }
    }

    public static List<String> others(List<String> all, String one) {
        return all.stream().filter(name -> !name.equals(one)).toList();
    }

    @Override
    public void close() {
        List.copyOf(systems.values()).forEach(ActorSystem::terminate);
        systems.values().forEach(system -> get(system.getWhenTerminated()));
        stores.values().forEach(MemoryStore::close);
        network.close();
    }
}
