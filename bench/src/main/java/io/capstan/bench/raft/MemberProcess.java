package io.capstan.bench.raft;

import static io.capstan.raft.Within.within;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.bench.Flood;
import io.capstan.raft.Consistency;
import io.capstan.raft.Raft;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.KeyValue;
import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One node with a member of the group {@value #GROUP}: does what its standard input says, and ends with it.
 *
 * <p>Arguments: name, directory, port, port of the node that formed the cluster, machine ({@code kv}, {@code echo}, or
 * {@code bulkN} with a snapshot of N MiB).
 */
final class MemberProcess {
    static final String GROUP = "bench";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Node node;
    private final Raft raft;
    private final Load load;
    private final Flood flood;
    private final Watch watch;
    private @Nullable Paced paced;

    private MemberProcess(Node node, Path directory) {
        this.node = node;
        raft = Raft.get(node);
        load = new Load(node, directory);
        flood = new Flood(node.system());
        watch = new Watch(node);
    }

    /**
     * How one is started.
     *
     * @param formedAt the port of the node that formed the cluster
     */
    static List<String> command(List<String> flags, Place place, int formedAt, String machine) {
        String directory = place.directory().toString();
        List<String> arguments = List.of(place.name(), directory, "" + place.port(), "" + formedAt, machine);
        return ChildProcess.command(place.directory(), flags, MemberProcess.class, arguments.toArray(String[]::new));
    }

    public static void main(String[] arguments) throws IOException {
        try {
            MemberProcess member = start(arguments);
            System.out.println("started");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                member.obey(line.split(" ", -1));
            }
        } catch (RuntimeException bug) {
            LoggerFactory.getLogger(MemberProcess.class).error("a member of the measurement ends", bug);
        }
        Runtime.getRuntime().halt(0);
    }

    private static MemberProcess start(String[] arguments) {
        Path directory = Path.of(arguments[1]);
        Node node = Node.start(
                arguments[0],
                arguments[2].equals(arguments[3]) ? Start.bootstrap() : Start.joining("127.0.0.1:" + arguments[3]),
                ConfigFactory.parseString(
                        "capstan.actors { directory = \"" + directory + "\", link.port = " + arguments[2] + " }"));
        if (arguments[4].equals("kv")) {
            KeyValue.startPeer(Raft.get(node), GROUP);
        } else if (arguments[4].startsWith("bulk")) {
            long bytes = Long.parseLong(arguments[4].substring("bulk".length())) * 1024 * 1024;
            Raft.get(node).startPeer(GROUP, () -> new Bulk(bytes), Echo.CODEC);
        } else {
            Raft.get(node).startPeer(GROUP, Echo::new, Echo.CODEC);
        }
        return new MemberProcess(node, directory);
    }

    private void obey(String[] words) throws IOException {
        switch (words[0]) {
            case "make" -> {
                await(raft.setConfiguration(GROUP, List.of(words).subList(1, words.length)));
                System.out.println("made");
            }
            case "lead" -> {
                await(raft.transferLeadership(GROUP, words[1]));
                System.out.println("leads");
            }
            case "snapshot" -> {
                await(raft.snapshot(GROUP, node.id().name()));
                System.out.println("snapshot");
            }
            case "applied" -> {
                awaitApplied();
                System.out.println("applied");
            }
            case "term" ->
                System.out.println("term " + raft.status(GROUP).orElseThrow().term());
            case "flood" -> {
                flood.awaitOthers(Members.NAMES.size() - 1);
                System.out.println(
                        "flood " + flood.run((long) (Double.parseDouble(words[1]) * 1e9), Flood.ALL_IT_TAKES));
            }
            case "watch" -> System.out.println("watch " + watch.answer());
            case "pace" -> paced = Paced.start(raft.group(GROUP, Echo.CODEC));
            case "paced" ->
                System.out.println("paced " + Objects.requireNonNull(paced).end());
            case "digest" -> System.out.println("digest " + digest(Long.parseLong(words[1])));
            default -> System.out.println(words[0] + " " + load.answer(words));
        }
    }

    /** Until this node's own member is in the group and has executed all that it knows of. */
    private void awaitApplied() {
        while (raft.status(GROUP)
                .filter(status -> status.commitIndex() > 1 && status.appliedIndex() == status.commitIndex())
                .isEmpty()) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Of all that this node's own member holds, once it has seen {@code index}. */
    private long digest(long index) {
        KeyValue map = KeyValue.of(raft, GROUP);
        long digest = 0;
        String from = "";
        while (true) {
            KeyValue.Page page = await(map.range(from, "", 1_000, Consistency.stale(index), within(LONG)));
            for (KeyEntry entry : page.entries()) {
                digest = digest * 31 + entry.key().hashCode();
                digest = digest * 31 + Arrays.hashCode(entry.value());
                digest = digest * 31 + entry.version();
                from = entry.key() + '\0';
            }
            if (!page.more()) {
                return digest;
            }
        }
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
