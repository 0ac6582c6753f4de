package io.capstan.bench.registry;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.registry.AvailableNames;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.OnConflict;
import io.capstan.registry.Terms;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.Groups;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** One node of ours in {@link RegistryMeasurement}: does what its standard input says, and ends with it. */
final class RegistryNode extends MeasuredNode {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String END = "end";

    private final Node node;
    private final AvailableNames names;
    private final Groups groups;
    private final List<ActorRef<String>> processes = new ArrayList<>();
    private final AtomicInteger told = new AtomicInteger();

    private RegistryNode(Node node) {
        this.node = node;
        names = Names.get(node);
        groups = Groups.get(node);
    }

    public static void main(String[] arguments) throws IOException {
        Start start =
                arguments[2].equals(arguments[3]) ? Start.bootstrap() : Start.joining("127.0.0.1:" + arguments[3]);
        Node node = Node.start(
                arguments[0],
                start,
                ConfigFactory.parseString("capstan.actors { directory = \"" + arguments[1] + "\", link.port = "
                        + arguments[2] + ", link.hostname = \"127.0.0.1\" }"));
        new RegistryNode(node).listen();
    }

    @Override
    String obey(String[] words) {
        return switch (words[0]) {
            case "peers", "scope" -> "";
            case "sees" -> until(() -> node.nodes().size() == Integer.parseInt(words[1]));
            case "cut" -> {
                for (int i = 1; i < words.length; i++) {
                    node.internals().faults().cut(words[i], LinkFaults.Direction.BOTH);
                }
                yield "";
            }
            case "heal" -> {
                node.internals().faults().healAll();
                yield "";
            }
            case "joins" -> joins(words[1], Integer.parseInt(words[2]));
            case "joined" -> joined(words[1], Integer.parseInt(words[2]));
            case "parted" -> until(() -> groups.groups(words[1]).isEmpty());
            case "whereis" -> whereis(Integer.parseInt(words[1]));
            default -> aboutNames(words);
        };
    }

    private String aboutNames(String[] words) {
        return switch (words[0]) {
            case "sequential" -> sequential(words[1], Integer.parseInt(words[2]));
            case "parallel" -> parallel(words[1], Integer.parseInt(words[2]));
            case "fill" -> fill(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            case "spawn" -> {
                for (int i = Integer.parseInt(words[1]); i > 0; i--) {
                    process();
                }
                yield "";
            }
            case "each" -> each(words[1]);
            case "all" -> all(words[1], Integer.parseInt(words[2]));
            case "drop" -> {
                processes.forEach(each -> each.tell(END));
                processes.clear();
                told.set(0);
                yield "";
            }
            case "gone" -> until(() -> names.registeredNames(words[1]).isEmpty());
            case "purge" -> {
                until(() -> node.nodes().size() == Integer.parseInt(words[2]));
                long down = System.nanoTime();
                until(() -> names.registeredNames(words[1]).isEmpty());
                yield String.valueOf((System.nanoTime() - down) / 1_000);
            }
            case "told" -> String.valueOf(told.get());
            case "digest" -> digest(words[1]);
            default -> machine(words);
        };
    }

    private ActorRef<String> process() {
        Behavior<String> behavior = Behaviors.receiveMessage(message -> {
            if (message.equals(END)) {
                return Behaviors.stopped();
            }
            told.incrementAndGet();
            return Behaviors.same();
        });
        ActorRef<String> made = node.spawn(behavior, "measured-" + processes.size() + "-" + System.nanoTime());
        processes.add(made);
        return made;
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private String whereis(int times) {
        Name<String> name = Name.of("whereis/" + node.id(), String.class);
        done(names.register(name, process(), LONG));
        Map<String, ActorRef<?>> map =
                new ConcurrentHashMap<>(Map.of(name.value(), names.whereis(name).orElseThrow()));
        double ours = nanos(times, () -> names.whereis(name));
        return String.format(Locale.ROOT, "%.1f %.1f", ours, nanos(times, () -> map.get(name.value())));
    }

    private static double nanos(int times, Supplier<?> read) {
        int found = 0;
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            found += read.get() == null ? 0 : 1;
        }
        return (double) (System.nanoTime() - start) / found;
    }

    private String sequential(String prefix, int count) {
        ActorRef<String> process = process();
        return percentiles(count, i -> done(names.register(Name.of(prefix + i, String.class), process, LONG)));
    }

    private String parallel(String prefix, int count) {
        ActorRef<String> process = process();
        return rate(
                count, (client, i) -> names.register(Name.of(prefix + client + "-" + i, String.class), process, LONG));
    }

    /** One process that is told of each name that it loses. */
    private String fill(String prefix, int from, int to) {
        ActorRef<String> process = process();
        Terms<String> terms = Terms.<String>within(LONG).onConflict(OnConflict.tellLoser(conflict -> "lost"));
        return many(to - from, i -> names.register(Name.of(prefix + (from + i), String.class), process, terms));
    }

    /** So many names for one process. */
    private String all(String prefix, int count) {
        ActorRef<String> process = process();
        return many(count, i -> names.register(Name.of(prefix + i, String.class), process, LONG));
    }

    /** A name for each process that there is. */
    private String each(String prefix) {
        return many(processes.size(), i -> names.register(Name.of(prefix + i, String.class), processes.get(i), LONG));
    }

    private String digest(String prefix) {
        long digest = 0;
        var shown = names.registeredNames(prefix);
        for (String name : shown) {
            int owner = names.owner(Name.of(name, String.class))
                    .map(found -> found.node().name().hashCode())
                    .orElse(0);
            digest = digest * 31 + name.hashCode() + owner;
        }
        return shown.size() + " " + digest;
    }

    /** The last one first, which costs nothing to look for: what looks at all of them takes its time from those who join. */
    private String joined(String scope, int count) {
        until(() -> !groups.members(group(scope, count - 1)).isEmpty());
        return until(() -> groups.groups(scope).size() >= count);
    }

    private static Group<String> group(String scope, int number) {
        return Group.in(scope, "g" + number, String.class);
    }

    private String joins(String scope, int count) {
        ActorRef<String> process = process();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(groups.join(group(scope, i), process).toCompletableFuture());
        }
        all.forEach(RegistryNode::done);
        return "";
    }
}
