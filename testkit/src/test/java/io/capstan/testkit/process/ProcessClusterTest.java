package io.capstan.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.capstan.testkit.Await;
import io.capstan.testkit.Faults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(120)
class ProcessClusterTest {
    @TempDir
    Path directory;

    /** Shells that say where they are and echo; {@code leave} ends one. */
    private static final class Shells implements Program {
        final List<String> starts = new ArrayList<>();

        @Override
        public List<String> command(Place place, boolean first, List<Place> all) {
            return List.of(
                    "sh",
                    "-c",
                    "echo here $1 $2 $3; while read line; do [ $line = leave ] && exit; echo heard $line; done; echo"
                            + " bye",
                    "sh",
                    place.name(),
                    String.valueOf(first),
                    String.valueOf(all.size()));
        }

        @Override
        public void started(Place place, ChildProcess child) {
            starts.add(place.name());
        }
    }

    private final Shells shells = new Shells();

    private ProcessCluster cluster() {
        return ProcessCluster.of(directory, shells, Set.of(), List.of("a", "b", "c"));
    }

    @Test
    void oneFormsTheClusterOnceAndWhoeverIsStartedAgainIsInItsPlace() throws Exception {
        try (ProcessCluster cluster = cluster().startAll()) {
            assertThat(cluster.child("a").answer("here")).isEqualTo("a true 3");
            assertThat(cluster.child("b").answer("here")).isEqualTo("b false 3");
            Place place = cluster.place("a");
            ChildProcess before = cluster.child("a");

            Faults.parse("kill a; restart a,b").applyTo(cluster);
            assertThat(cluster.child("a").answer("here")).isEqualTo("a false 3");
            assertThat(cluster.child("a")).isNotSameAs(before);
            assertThat(cluster.place("a")).isEqualTo(place);
            assertThat(shells.starts).containsExactly("a", "b", "c", "a");
        }
    }

    @Test
    void killingStopsAllWhoAreMeantAndEndingIsHeardOfInOrder() throws Exception {
        try (ProcessCluster cluster = cluster().startAll().ledBy(() -> "b")) {
            ChildProcess c = cluster.child("c");
            Faults.parse("kill leader; stop c").applyTo(cluster);
            assertThat(cluster.isRunning("b")).isFalse();
            assertThat(List.of(String.valueOf(c.line()), String.valueOf(c.line()), String.valueOf(c.line())))
                    .containsExactly("here c false 3", "bye", "null");

            Faults.parse("restart all; kill all").applyTo(cluster);
            assertThat(cluster.names()).noneMatch(cluster::isRunning);
        }
    }

    @Test
    void whatWasSaidBeforeAKillIsHeardAfterIt() throws Exception {
        try (ProcessCluster cluster = cluster().startAll()) {
            ChildProcess a = cluster.child("a");
            a.answer("here");
            a.say("one");
            a.say("two");
            assertThat(a.answer("heard")).isEqualTo("one");
            Await.until("the second is answered", () -> a.answer("heard").equals("two"));
            a.say("leave");
            Await.until("it has ended", () -> !a.isAlive());
            a.kill();
            assertThat(a.line()).isNull();
        }
    }

    @Test
    void whoIsPausedSaysNothingUntilItsTimeIsOverAndALongerPauseCounts() throws Exception {
        try (ProcessCluster cluster = cluster().startAll()) {
            ChildProcess a = cluster.child("a");
            a.answer("here");
            long begin = System.nanoTime();
            Faults.parse("pause a 500ms; pause a 100ms").applyTo(cluster);
            a.say("hello");
            assertThat(a.answer("heard")).isEqualTo("hello");
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(500_000_000L);
        }
    }

    @Test
    void whoeverIsDrawnIsToldAndRuns() {
        List<String> told = new ArrayList<>();
        try (ProcessCluster cluster = cluster().startAll().drawingFrom(7).telling(told::add)) {
            Faults.parse("kill one; kill one; kill one").applyTo(cluster);
            assertThat(cluster.names()).noneMatch(cluster::isRunning);
            assertThat(told).containsExactlyInAnyOrder("one: a", "one: b", "one: c");
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> Faults.parse("kill one").applyTo(cluster))
                    .withMessage("one of those who run: nobody does");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "cut a>b           # cut a>b: these processes share the loopback, where nothing can be cut, lost or"
                        + " slowed",
                "loss a>b 3%       # loss a>b: these processes share the loopback, where nothing can be cut, lost or"
                        + " slowed",
                "down a            # down a: these processes share the loopback, where nothing can be cut, lost or"
                        + " slowed",
                "reset a>b         # reset a>b: there are no relays between these processes",
                "clock a +1s       # clock a: no clocks were asked for, or there are none",
                "disk a sync-error # disk a sync-error: no disk shim was asked for, or there is none",
                "disk a full       # disk a full: it has no disk of its own",
                "power-cut a       # power-cut a: it has no disk of its own",
                "kill leader       # a ProcessCluster cannot tell who leads",
                "transfer a        # a ProcessCluster cannot do what an operator would: transfer a"
            })
    void whatThisClusterCannotDoItRefusesInOneLine(String fault, String refusal) {
        try (ProcessCluster cluster = cluster()) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> Faults.parse(fault).applyTo(cluster))
                    .withMessage(refusal);
            Faults.parse("heal").applyTo(cluster);
        }
    }

    @Test
    void aNameThatNobodyHasIsToldWithThoseThatSomebodyHas() {
        try (ProcessCluster cluster = cluster()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Faults.parse("kill d").applyTo(cluster))
                    .withMessage("there is no member \"d\", only [a, b, c]");
        }
    }

    @Test
    void allEndsWithWhoeverMadeItEvenWhoIsPaused() throws Exception {
        List<String> flags = List.of("-Xmx64m", "-XX:TieredStopAtLevel=1");
        try (ChildProcess driver = ChildProcess.start(
                directory.resolve("driver"),
                flags,
                Abandoned.class,
                directory.resolve("members").toString())) {
            List<Long> pids = new ArrayList<>();
            for (String pid : driver.answer("members").split(" ", -1)) {
                pids.add(Long.parseLong(pid));
            }
            assertThat(pids).hasSize(3).allMatch(ProcessClusterTest::lives);

            driver.kill();
            Await.until("all have ended", () -> pids.stream().noneMatch(ProcessClusterTest::lives));
        }
    }

    private static boolean lives(long pid) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        return handle.isPresent() && handle.get().isAlive();
    }

    /** A driver that is killed. */
    static final class Abandoned {
        private Abandoned() {}

        public static void main(String[] arguments) throws Exception {
            ProcessCluster cluster = ProcessCluster.of(
                            Path.of(arguments[0]), new Shells(), Set.of(), List.of("a", "b", "c"))
                    .startAll();
            for (String name : cluster.names()) {
                cluster.child(name).answer("here");
            }
            Faults.parse("pause b 60s").applyTo(cluster);
            System.out.println("members " + cluster.child("a").pid() + " "
                    + cluster.child("b").pid() + " " + cluster.child("c").pid());
            int end = System.in.read();
            assert end < 0;
        }
    }
}
