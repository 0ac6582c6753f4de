package io.capstan.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster of real actor systems in one JVM, over TCP on the loopback, whose links can be cut and whose members can
 * crash.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestCluster cluster = TestCluster.of("a", "b", "c");
 *
 * @Test
 * void bothSidesGoOn() {
 *     cluster.cut("a").from("b", "c");
 *     cluster.awaitApart("a", "b");
 *     …
 *     cluster.heal().awaitConverged();
 * }
 * }</pre>
 *
 * <p>As a static extension it starts before the first test of a class and ends after the last; before each test it is
 * healed, and whoever is dead is restarted. As an instance extension it starts and ends with each test. When a test
 * fails it prints what each member saw. A cut stops Pekko's messages, and those of every transport that is found by
 * {@link NetworkFaults}.
 *
 * <p>Not thread-safe: for the test's thread.
 */
public final class TestCluster
        implements BeforeAllCallback,
                BeforeEachCallback,
                AfterTestExecutionCallback,
                AfterEachCallback,
                AfterAllCallback,
                AutoCloseable {
    private static final Duration CONVERGED_LIMIT = Duration.ofSeconds(20);

    private final SystemFactory factory;
    private final List<String> names;
    private final Config settings;
    private final Map<String, TestMember> members = new LinkedHashMap<>();
    private final ClusterNetwork network = new ClusterNetwork(members);
    private @Nullable Path directory;
    private int classes;

    private TestCluster(SystemFactory factory, List<String> names, Config settings) {
        this.factory = factory;
        this.names = List.copyOf(names);
        this.settings = settings;
        if (names.isEmpty() || Set.copyOf(names).size() != names.size()) {
            throw new IllegalArgumentException("a cluster has members of different names, got " + names);
        }
    }

    /** Members that are nothing but Pekko Cluster. */
    public static TestCluster of(String... names) {
        return of(PekkoSystems::start, names);
    }

    /** Members started by {@code factory}; the first one named forms the cluster. */
    public static TestCluster of(SystemFactory factory, String... names) {
        return new TestCluster(factory, List.of(names), ConfigFactory.empty());
    }

    /**
     * The same cluster, not started, with {@code hocon} winning over what the kit sets. A program's {@code application.conf}
     * is not read: what its messages are written by (Pekko's serialization bindings) is said here too.
     */
    public TestCluster with(String hocon) {
        return new TestCluster(factory, names, ConfigFactory.parseString(hocon).withFallback(settings));
    }

    // ---- Life

    /** Starts all members and waits until they see each other; for use without JUnit. */
    public TestCluster start() {
        try {
            directory = Files.createTempDirectory("capstan-testkit-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String name : names) {
            members.put(name, new TestMember(name, directory));
        }
        names.forEach(this::restart);
        return awaitConverged();
    }

    /** Ends all members, as by crashes, and removes their directories. Idempotent. */
    @Override
    public void close() {
        for (TestMember member : members.values()) {
            ActorSystem<?> system = member.last();
            if (system != null) {
                network.crash(system);
                system.terminate();
            }
        }
        members.values().forEach(TestMember::terminate);
        network.healAll();
        members.clear();
        deleteDirectory();
    }

    /** The names given, in order. */
    public List<String> names() {
        return names;
    }

    /**
     * The running system of a member.
     *
     * @throws IllegalStateException when it does not run
     */
    public ActorSystem<?> system(String name) {
        return member(name).required();
    }

    public boolean isRunning(String name) {
        return member(name).living() != null;
    }

    /**
     * Ends a member as {@code kill -9} looks to the others: from one moment to the next nothing comes from it, then its
     * sockets close. Returns when its ports and its directory are free.
     */
    public TestCluster crash(String name) {
        ActorSystem<?> system = member(name).living();
        if (system != null) {
            network.silence(member(name));
            network.crash(system);
            member(name).terminate();
        }
        return this;
    }

    /** Ends a member in an orderly way, by Pekko's coordinated shutdown. Stopping the dead changes nothing. */
    public TestCluster stop(String name) {
        member(name).stop();
        return this;
    }

    /** Starts a member that does not run, with its old name, ports and directory; cuts stand as they stood. */
    public TestCluster restart(String name) {
        TestMember member = member(name);
        if (member.living() == null) {
            ActorSystem<?> ended = member.last();
            if (ended != null) {
                // Downed, it ended by itself and may have left its locks behind.
                network.crash(ended);
            }
            member.start(factory, settings, List.copyOf(members.values()));
            network.cutAgain(member);
        }
        return this;
    }

    // ---- Cuts

    /** {@code cut("a").from("b", "c")}: between a and each of the others, both ways. */
    public Cut cut(String... side) {
        return others -> {
            apply(new Fault.Cut(new Links(List.of(List.of(side), List.of(others)), false)));
            return this;
        };
    }

    /** {@code cutOneWay("a").to("b")}: what a sends to b is lost, what b sends to a arrives. */
    public OneWayCut cutOneWay(String... senders) {
        return receivers -> {
            apply(new Fault.Cut(new Links(List.of(List.of(senders), List.of(receivers)), true)));
            return this;
        };
    }

    /** Ends all cuts; members that do not run stay so. */
    public TestCluster heal() {
        return apply(new Fault.HealAll());
    }

    /**
     * Applies a schedule, in real time.
     *
     * @throws UnsupportedOperationException in one line for what members that share one JVM cannot be done alone
     */
    public TestCluster apply(Faults faults) {
        faults.applyTo(target);
        return this;
    }

    private TestCluster apply(Fault fault) {
        fault.applyTo(target);
        return this;
    }

    // ---- Waiting

    /**
     * Whether {@code name} can reach {@code other}, by every transport: for Pekko, it holds that very incarnation for up
     * and reachable.
     */
    public boolean sees(String name, String other) {
        return network.sees(name, other);
    }

    /** Waits until every two running members see each other. */
    public TestCluster awaitConverged() {
        return await("all running members see each other", CONVERGED_LIMIT, () -> {
            List<String> running = names.stream().filter(this::isRunning).toList();
            return running.stream()
                    .allMatch(name -> running.stream().allMatch(other -> other.equals(name) || sees(name, other)));
        });
    }

    /** Waits until the two have noticed that they cannot reach each other, by any transport. */
    public TestCluster awaitApart(String name, String other) {
        return await(
                name + " and " + other + " have lost each other",
                () -> network.hasLost(name, other) && network.hasLost(other, name));
    }

    /** As {@link Await#until(String, Await.Condition)}; what each member saw is part of the failure. */
    public TestCluster await(String description, Await.Condition condition) {
        return await(description, Await.LIMIT, condition);
    }

    /** As {@link Await#until(String, Duration, Await.Condition)}; what each member saw is part of the failure. */
    public TestCluster await(String description, Duration limit, Await.Condition condition) {
        try {
            Await.until(description, limit, condition);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + describe(), e);
        }
        return this;
    }

    /** Who runs, what is cut, and what each running member knows of the others. */
    public String describe() {
        return network.describe();
    }

    // ---- JUnit

    @Override
    public void beforeAll(ExtensionContext context) {
        // Nested classes call it again.
        if (classes++ == 0) {
            start();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (members.isEmpty()) {
            start();
            return;
        }
        heal();
        names.forEach(this::restart);
        awaitConverged();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.err.println(context.getDisplayName() + " failed; " + describe());
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (classes == 0) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--classes == 0) {
            close();
        }
    }

    // ---- Inside

    /** The other side of a cut. */
    @FunctionalInterface
    public interface Cut {
        TestCluster from(String... others);
    }

    /** The receiving side of a one-way cut. */
    @FunctionalInterface
    public interface OneWayCut {
        TestCluster to(String... receivers);
    }

    private final FaultTarget target = new FaultTarget() {
        @Override
        public void pass(Duration time) {
            Await.pass(time);
        }

        @Override
        public void cutOneWay(String from, String to) {
            network.cut(from, to);
        }

        @Override
        public void healOneWay(String from, String to) {
            network.heal(from, to);
        }

        @Override
        public void healAll() {
            network.healAll();
        }

        @Override
        public List<String> names() {
            return names;
        }

        @Override
        public void kill(String name) {
            crash(name);
        }

        @Override
        public void stop(String name) {
            TestCluster.this.stop(name);
        }

        @Override
        public void restart(String name) {
            TestCluster.this.restart(name);
        }

        @Override
        public void pause(String name, Duration time) {
            throw new UnsupportedOperationException(
                    "pause " + name + ": the members of a TestCluster share one JVM, so none can be stopped alone");
        }
    };

    private TestMember member(String name) {
        return network.member(name);
    }

    private void deleteDirectory() {
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        directory = null;
    }
}
