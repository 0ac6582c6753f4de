package io.capstan.bench.compare;

import static io.capstan.bench.compare.Contestant.Ability.ASKS;
import static io.capstan.bench.compare.Contestant.Ability.COUNTERS;
import static io.capstan.bench.compare.Contestant.Ability.FAILOVER;
import static io.capstan.bench.compare.Contestant.Ability.LEASE_READS;
import static io.capstan.bench.compare.Contestant.Ability.LOCKS;
import static io.capstan.bench.compare.Contestant.Ability.READS;
import static io.capstan.bench.compare.Contestant.Ability.STALE_READS;
import static io.capstan.bench.compare.Contestant.Ability.WRITES;

import io.capstan.bench.actors.AsksSeat;
import io.capstan.bench.compare.Contestant.Ability;
import io.capstan.bench.compare.JavaLaunch.Program;
import io.capstan.bench.counters.CountersSeat;
import io.capstan.bench.raft.CapstanSeat;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All whose processes are {@link io.capstan.bench.seat.Seat}s. */
final class Contestants {
    static final String OURS = "capstan";

    private static final String PACKAGE = "io.capstan.bench.peers.";

    private Contestants() {}

    static List<Contestant> all() {
        return Stream.of(keepers(), askers(), counters()).flatMap(List::stream).toList();
    }

    /** Ours that has this. */
    static Contestant ours(Ability ability) {
        return all().stream()
                .filter(each -> each.isOurs() && each.name().equals(OURS) && each.can(ability))
                .findFirst()
                .orElseThrow();
    }

    /** Who keeps what it is told, and hands out locks. */
    private static List<Contestant> keepers() {
        return List.of(
                new Contestant(
                        OURS,
                        new JavaLaunch(CapstanSeat.class),
                        EnumSet.complementOf(EnumSet.of(ASKS, COUNTERS)),
                        3,
                        "default settings; the process with clients alone is a node without a member of the group"),
                peer(
                        "jgroups-raft",
                        "JgroupsRaftSeat",
                        EnumSet.of(WRITES, READS, FAILOVER),
                        3,
                        "1.1.4 on JGroups 5.4.11, TCP, FileBasedLog with log_use_fsync=true (its default is false); has no"
                                + " client: one in a process of its own speaks to the leader through a plain socket"),
                peer(
                        "jraft",
                        "JraftSeat",
                        EnumSet.of(WRITES, READS, LEASE_READS, FAILOVER),
                        3,
                        "1.4.1, sync = true (its default), ReadOnlySafe, election timeout 1 s; has no client: as above"),
                peer(
                        "zookeeper",
                        "ZookeeperSeat",
                        EnumSet.of(WRITES, READS, STALE_READS, LOCKS, FAILOVER),
                        3,
                        "3.9.5, forceSync (its default), tickTime 2 s, setData over 1,000 znodes, 5 sessions; a read is sync and"
                                + " getData, which is no round of a quorum; locks: Curator's InterProcessMutex 5.9.0, a session"
                                + " for each client"),
                peer(
                        "ratis",
                        "RatisSeat",
                        EnumSet.of(WRITES, READS, FAILOVER),
                        3,
                        "3.3.0, gRPC, default settings but for 1,000 outstanding requests and linearizable reads; in a process of"
                                + " its own: 5 RaftClients"),
                peer(
                        "etcd",
                        "EtcdSeat",
                        EnumSet.of(WRITES, READS, STALE_READS, LOCKS, FAILOVER),
                        3,
                        new Program("etcd", "etcd-server"),
                        "as installed, default settings, a server beside each member's process, puts over 1,000 keys, 5 clients of"
                                + " jetcd 0.8.5 in either place: nobody is in its leader's process; locks: its lock service, a lease of a"
                                + " minute for each client"),
                ra(),
                peer(
                        "microraft",
                        "MicroraftSeat",
                        EnumSet.of(WRITES, READS, LEASE_READS, STALE_READS),
                        1,
                        "0.7 with its SQLite store; all three members in ONE process, messages by reference: it has no transport"));
    }

    /** The one that is no JVM. */
    private static Contestant ra() {
        RaLaunch launch = RaLaunch.find();
        return new Contestant(
                "ra",
                launch,
                EnumSet.of(WRITES, READS, STALE_READS, FAILOVER),
                3,
                launch.version()
                        + " and Erlang/OTP as installed, started as RabbitMQ starts them (no busy waiting), default settings, which"
                        + " flush by fdatasync; a machine that does nothing, which lets the log go every 100,000 entries, as in ra's"
                        + " own benchmark; clients are processes of Erlang, in a process of their own those of a node without a"
                        + " member; stale reads there are of all three in turns; what it allocates is in no counter of Erlang's");
    }

    /** Who has actors. */
    private static List<Contestant> askers() {
        return List.of(
                new Contestant(
                        OURS,
                        new JavaLaunch(AsksSeat.OfCapstan.class),
                        EnumSet.of(ASKS),
                        1,
                        "calls, which watch their target, of a process on a node"),
                new Contestant(
                        "pekko",
                        new JavaLaunch(AsksSeat.OfPekko.class),
                        EnumSet.of(ASKS),
                        1,
                        "asks of an actor in a system of Pekko's cluster, default settings, Artery over TCP"));
    }

    /** Who has counters. */
    private static List<Contestant> counters() {
        return List.of(
                new Contestant(
                        OURS,
                        new JavaLaunch(CountersSeat.OfCapstan.class),
                        EnumSet.of(COUNTERS),
                        3,
                        "counters on three nodes, default settings"),
                new Contestant(
                        "ddata",
                        new JavaLaunch(CountersSeat.OfDdata.class),
                        EnumSet.of(COUNTERS),
                        3,
                        "PNCounter of Pekko Distributed Data, default settings, WriteLocal, in the systems of three such nodes"));
    }

    private static Contestant peer(String name, String main, EnumSet<Ability> abilities, int processes, String how) {
        return peer(name, main, abilities, processes, null, how);
    }

    private static Contestant peer(
            String name, String main, EnumSet<Ability> abilities, int processes, @Nullable Program needs, String how) {
        String room = name.replace("-", "");
        Path jars = home().resolve("peers/" + name + "/target/lib");
        return new Contestant(
                name, new JavaLaunch(name, jars, PACKAGE + room + "." + main, needs), abilities, processes, how);
    }

    /** The directory of this module: its jar, or its classes, are in {@code target} there. Elsewhere no peer is beside it. */
    static Path home() {
        try {
            Path here = Path.of(Contestants.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path above = here; above != null; above = above.getParent()) {
                if (above.endsWith("target")) {
                    return Objects.requireNonNull(above.getParent());
                }
            }
            return here;
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class is nowhere", e);
        }
    }
}
