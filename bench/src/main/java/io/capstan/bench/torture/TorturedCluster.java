package io.capstan.bench.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.capstan.bench.torture.node.MemberMain;
import io.capstan.bench.torture.node.NodeRequests;
import io.capstan.bench.torture.record.Recorder;
import io.capstan.bench.torture.workload.Answer;
import io.capstan.bench.torture.workload.Ask;
import io.capstan.bench.torture.workload.Workload;
import io.capstan.demo.UserError;
import io.capstan.testkit.Fault;
import io.capstan.testkit.FaultTarget;
import io.capstan.testkit.GroupFault;
import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Instrument;
import io.capstan.testkit.process.Place;
import io.capstan.testkit.process.ProcessCluster;
import io.capstan.testkit.process.Program;
import io.capstan.testkit.process.SharedClasses;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The nodes of a run as processes, the doors to them, and what is done to them: all of it is written down. */
final class TorturedCluster implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final Duration ASK = Duration.ofSeconds(12);
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final long LOOK_NANOS = 20_000_000;

    /** The number of whoever is no client. */
    static final int DRIVER = -1;

    /** So that minutes are enough for what else takes hours: snapshots, members the log is too short for, checkpoints. */
    private static final List<String> BUSY = List.of(
            "-Dcapstan.raft.snapshot.after-entries=500",
            "-Dcapstan.raft.core.trailing-entries=100",
            "-Dcapstan.actors.store.write-ahead-bytes=2m",
            "-Dcapstan.actors.store.reserve-bytes=256k");

    private static final List<String> DOWNING = List.of(
            "-Dpekko.cluster.downing-provider-class=org.apache.pekko.cluster.sbr.SplitBrainResolverProvider",
            "-Dpekko.cluster.split-brain-resolver.stable-after=4s");

    private final Plan plan;
    private final Workload workload;
    private final Recorder recorder;
    private final Map<String, MemberDoor> doors = new LinkedHashMap<>();
    private final Set<Instrument> wanted;
    private final GroupOperator operator;
    private final ProcessCluster cluster;
    private final FaultTarget witnessed = (FaultTarget)
            Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {FaultTarget.class}, this::witness);
    private boolean closed;

    TorturedCluster(Plan plan, Workload workload, Recorder recorder) throws IOException {
        this.plan = plan;
        this.workload = workload;
        this.recorder = recorder;
        plan.names().forEach(name -> doors.put(name, new MemberDoor(name, recorder)));
        operator = new GroupOperator(workload.group(), doors, recorder);
        wanted = wanted(plan);
        cluster = ProcessCluster.of(
                        Files.createDirectories(plan.directory().resolve("nodes")), new Member(), wanted, plan.names())
                .ledBy(() -> operator.leader().orElse(plan.names().get(0)))
                .drawingFrom(plan.seed())
                .telling(line -> recorder.remark("drawn", TextNode.valueOf(line)));
    }

    /** All that one run can have: a node has one disk, a small one or one whose power can be cut. */
    private static Set<Instrument> wanted(Plan plan) {
        Set<Instrument> all = EnumSet.allOf(Instrument.class);
        boolean small = plan.faults()
                .map(given -> given.toString().contains(" full"))
                .orElse(plan.kinds().contains("full")
                        || (plan.seed() % 2 == 0 && !plan.kinds().contains("power-cut")));
        all.remove(small ? Instrument.POWER : Instrument.SMALL_DISKS);
        return all;
    }

    /** How a node is started. */
    private final class Member implements Program {
        @Override
        public List<String> command(Place place, boolean first, List<Place> all) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            command.add("-Dcapstan.log=" + place.directory() + ".log");
            command.addAll(BUSY);
            command.addAll(plan.downing() ? DOWNING : List.of());
            command.addAll(SharedClasses.flags(plan.classPath()));
            command.add(MemberMain.class.getName());
            command.addAll(List.of(place.name(), place.host(), String.valueOf(place.port())));
            command.add(place.directory().toString());
            command.add(
                    first
                            ? "bootstrap"
                            : all.stream()
                                    .filter(other -> !other.name().equals(place.name()))
                                    .map(Place::address)
                                    .collect(Collectors.joining(",")));
            command.add(all.stream().map(Place::name).collect(Collectors.joining(",")));
            command.add(workload.service());
            command.add(plan.directory().resolve("shared").toString());
            command.add(String.valueOf(TTL.toMillis()));
            return command;
        }

        @Override
        public void started(Place place, ChildProcess child) {
            door(place.name()).attach(child);
        }
    }

    MemberDoor door(String name) {
        return Objects.requireNonNull(doors.get(name), name);
    }

    List<String> missing() {
        return cluster.missing();
    }

    /** What this machine has, by name. */
    Set<String> instruments() {
        return wanted.stream()
                .filter(each -> each.missing().isEmpty())
                .map(Instrument::name)
                .collect(Collectors.toSet());
    }

    /** Starts all nodes, and waits until they serve and see each other. */
    void start() {
        cluster.startAll();
        require(() -> doors.values().stream().allMatch(MemberDoor::isServing), "serve");
        require(() -> apart().isEmpty(), "become one cluster");
        if (workload.makesGroup()) {
            MemberDoor first = door(plan.names().get(0));
            require(() -> ask(first, NodeRequests.MAKE, workload.group(), ASK).ok(), "make their group");
        }
    }

    /**
     * What keeps the nodes from being one cluster again, if anything does: links, Pekko's membership, voters of the group.
     */
    Optional<String> amiss() {
        startDead();
        return apart().or(() -> operator.amiss(plan.names()));
    }

    private Optional<String> apart() {
        for (String name : plan.names()) {
            String seen =
                    ask(door(name), NodeRequests.CLUSTER, "", LOOK).value().asText();
            if (!seen.equals(NodeRequests.whole(plan.nodes()))) {
                return Optional.of(name + (seen.isEmpty() ? " does not answer" : " has " + seen));
            }
        }
        return Optional.empty();
    }

    private void require(BooleanSupplier done, String what) {
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new UserError("the nodes do not " + what + " within " + START_MAX.toSeconds()
                        + " s: see their logs in " + plan.directory().resolve("nodes"));
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static Answer ask(MemberDoor door, String f, String key, Duration timeout) {
        return Client.await(door, DRIVER, new Ask(f, key, null, timeout));
    }

    boolean isRunning(String name) {
        return cluster.isRunning(name);
    }

    /** What a node's member of the workload's group knows. */
    JsonNode status(String name) {
        return ask(door(name), NodeRequests.STATUS, workload.group(), LOOK).value();
    }

    /**
     * Makes one fault happen.
     *
     * @throws UnsupportedOperationException when it cannot be done on this machine
     * @throws IllegalArgumentException when it means somebody whom there is not
     */
    void play(Fault step) {
        if (!(step instanceof Fault.Wait)) {
            recorder.remark("fault", TextNode.valueOf(step.toString()));
        }
        step.applyTo(witnessed);
    }

    /**
     * The cluster's faults, of which those of links are written down, one line for each direction; and those that an operator
     * plays.
     */
    private @Nullable Object witness(Object proxy, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "cutOneWay" -> recorder.remark("cut", TextNode.valueOf(arguments[0] + ">" + arguments[1]));
            case "healOneWay" -> recorder.remark("heal", TextNode.valueOf(arguments[0] + ">" + arguments[1]));
            case "healAll" -> recorder.remark("heal", NullNode.instance);
            case "operate" -> {
                operator.operate((String) arguments[0], (GroupFault.Kind) arguments[1]);
                return null;
            }
            default -> {}
        }
        try {
            return method.invoke(cluster, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** Ends every fault and starts whoever is dead; when that was done. */
    long mend() {
        witnessed.healAll();
        startDead();
        return recorder.remark("healed", NullNode.instance);
    }

    /** Starts whoever has ended, as somebody watches over such processes. */
    void startDead() {
        plan.names().stream().filter(name -> !cluster.isRunning(name)).forEach(cluster::restart);
    }

    /** Idempotent. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            cluster.close();
        }
    }
}
