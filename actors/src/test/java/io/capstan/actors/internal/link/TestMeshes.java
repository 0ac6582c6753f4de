package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.tls.Certificates;
import io.capstan.actors.internal.tls.TlsSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Meshes on the loopback, without Pekko and store, with everything that happens on them written down. */
final class TestMeshes implements AutoCloseable {
    static final ClusterId CLUSTER = new ClusterId(1, 2);
    static final Channel NORMAL = new Channel(101, "test-normal", Channel.Priority.NORMAL);
    static final Channel URGENT = new Channel(102, "test-urgent", Channel.Priority.URGENT);
    static final Channel BULK = new Channel(103, "test-bulk", Channel.Priority.BULK);

    private final List<Member> members = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private Duration silenceMax = Duration.ofMillis(400);
    private int windowBytes = LinkSettings.WINDOW_BYTES_MIN;
    private Duration dialTimeout = Duration.ofSeconds(1);
    private TlsSettings tls = TlsSettings.OFF;

    /** Links of members started from now on take a silence of this for a death. */
    TestMeshes silenceMax(Duration max) {
        silenceMax = max;
        return this;
    }

    /** Members started from now on let a peer have so much under way. */
    TestMeshes windowBytes(int bytes) {
        windowBytes = bytes;
        return this;
    }

    /** Calls of members started from now on may take so long. */
    TestMeshes dialTimeout(Duration max) {
        dialTimeout = max;
        return this;
    }

    /** Members started from now on do so. */
    TestMeshes tls(TlsSettings settings) {
        tls = settings;
        return this;
    }

    Member start(String name, Member... known) {
        return start(new Member(new NodeId(name, 1), CLUSTER, ""), known);
    }

    Member start(Member member, Member... known) {
        members.add(member);
        member.open(
                silenceMax,
                dialTimeout,
                windowBytes,
                tls,
                this::every,
                Arrays.stream(known).map(to -> to.mesh().address()).toList());
        return member;
    }

    // Justification: a task that fails is a failed test.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void every(Duration period, Runnable task) {
        clock.scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("in vain awaited: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    static void awaitLinked(Member... all) {
        for (Member one : all) {
            await(
                    one.id + " linked to all of " + Arrays.toString(all) + ": "
                            + one.mesh().linked(),
                    () -> Arrays.stream(all)
                            .allMatch(
                                    other -> other == one || one.mesh().linked().contains(other.id)));
        }
    }

    static void cut(Member one, Member other) {
        one.mesh().cut(other.id.name(), LinkFaults.Direction.BOTH);
        other.mesh().cut(one.id.name(), LinkFaults.Direction.BOTH);
    }

    static void heal(Member one, Member other) {
        one.mesh().healAll();
        other.mesh().healAll();
    }

    @Override
    public void close() {
        members.forEach(
                member -> member.mesh().stop(false).toCompletableFuture().join());
        clock.shutdown();
    }

    /** One node as far as its mesh goes. */
    static final class Member implements Home {
        final NodeId id;
        final List<MeshEvent> events = java.util.Collections.synchronizedList(new ArrayList<>());
        final List<String> received = java.util.Collections.synchronizedList(new ArrayList<>());
        final Set<NodeId> forgotten = ConcurrentHashMap.newKeySet();
        final Queue<Runnable> unconsumed = new ConcurrentLinkedQueue<>();
        volatile boolean consumes = true;
        private final String secret;
        private volatile @Nullable ClusterId cluster;
        private @Nullable LinkMesh mesh;

        Member(NodeId id, @Nullable ClusterId cluster, String secret) {
            this.id = id;
            this.cluster = cluster;
            this.secret = secret;
        }

        private void open(
                Duration silenceMax,
                Duration dialTimeout,
                int windowBytes,
                TlsSettings tls,
                Certificates.Clock clock,
                List<LinkAddress> known) {
            var settings = new LinkSettings(
                    "127.0.0.1",
                    0,
                    "",
                    Duration.ofMillis(50),
                    silenceMax,
                    dialTimeout,
                    Duration.ofMillis(20),
                    Duration.ofMillis(100),
                    windowBytes,
                    16,
                    16,
                    64 * 1024);
            Certificates certificates = Certificates.open(tls);
            if (certificates != null) {
                certificates.watch(clock);
            }
            LinkMesh opened = new LinkMesh(id, settings, certificates, secret.getBytes(StandardCharsets.UTF_8), this);
            mesh = opened;
            opened.subscribe(events::add);
            List.of(NORMAL, URGENT, BULK)
                    .forEach(channel -> opened.serve(channel, (from, payload, consumed) -> {
                        received.add(from.name() + ":" + new String(payload, StandardCharsets.UTF_8).strip());
                        if (consumes) {
                            consumed.run();
                        } else {
                            unconsumed.add(consumed);
                        }
                    }));
            opened.open(known, List.of());
        }

        LinkMesh mesh() {
            if (mesh == null) {
                throw new IllegalStateException("not started");
            }
            return mesh;
        }

        boolean send(Member to, Channel channel, String text) {
            return mesh().send(to.id, channel, text.getBytes(StandardCharsets.UTF_8));
        }

        boolean linked(Member other) {
            return mesh().linked().contains(other.id);
        }

        @Override
        public @Nullable ClusterId cluster() {
            return cluster;
        }

        @Override
        public void found() {
            cluster = ClusterId.random();
        }

        @Override
        public void adopt(ClusterId adopted) {
            cluster = adopted;
        }

        @Override
        public String artery() {
            return "pekko://test@127.0.0.1:1";
        }

        @Override
        public boolean member() {
            return false;
        }

        @Override
        public void learned(Contact contact) {}

        @Override
        public boolean forgot(NodeId id) {
            return forgotten.contains(id);
        }

        @Override
        public CompletionStage<Void> forget(NodeId id) {
            forgotten.add(id);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void greeted(Neighbour neighbour) {}

        @Override
        public void review(List<Neighbour> linked) {}

        @Override
        public String toString() {
            return id.toString();
        }
    }
}
