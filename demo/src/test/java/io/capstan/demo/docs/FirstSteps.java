package io.capstan.demo.docs;

// #program
import static java.time.Duration.ofSeconds;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.crdt.Counters;
import io.capstan.registry.AvailableNames;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** One stock for the whole cluster, found by its name; every node sells from it, and counts. */
public final class FirstSteps {
    /** Of what goes from node to node: Pekko is told below how to write it. */
    public interface Message {}

    public sealed interface StockCommand extends Message {}

    public record Sell(int pieces, ActorRef<Sold> replyTo) implements StockCommand {}

    public record Sold(int left) implements Message {}

    static final Name<StockCommand> STOCK = Name.of("stock", StockCommand.class);

    private FirstSteps() {}

    private static Behavior<StockCommand> stock(int pieces) {
        return Behaviors.receive(StockCommand.class)
                .onMessage(Sell.class, sell -> {
                    sell.replyTo().tell(new Sold(pieces - sell.pieces()));
                    return stock(pieces - sell.pieces());
                })
                .build();
    }

    /** A node that stands by for the stock. Its directory is its own, and the same at every start. */
    static Node open(String name, int port, String directory, Start start) {
        Node node = Node.start(
                name,
                start,
                ConfigFactory.parseMap(Map.of(
                        "capstan.actors.link.port",
                        port,
                        "capstan.actors.directory",
                        directory,
                        "pekko.actor.serialization-bindings.\"" + Message.class.getName() + "\"",
                        "jackson-cbor")));
        Names.get(node).keepOne(STOCK, () -> stock(1_000));
        return node;
    }

    /** Sells one piece, wherever the stock is; fails with a Failure, whose next() says what to do. */
    static String sell(Node node) {
        AvailableNames names = Names.get(node);
        ActorRef<StockCommand> stock =
                names.await(STOCK, ofSeconds(10)).toCompletableFuture().join();
        Sold sold = Call.to(stock, (ActorRef<Sold> replyTo) -> new Sell(1, replyTo), ofSeconds(2))
                .toCompletableFuture()
                .join();
        Counters.get(node).counter("sold").increment();
        return sold.left() + " left; all nodes have sold "
                + Counters.get(node).counter("sold").value();
    }

    /** {@code a 2551} forms a cluster; {@code b 2552 127.0.0.1:2551} joins it. Each Enter sells; the end of input stops. */
    public static void main(String[] args) throws IOException {
        Start start = args.length > 2 ? Start.joining(args[2]) : Start.bootstrap();
        Node node = open(args[0], Integer.parseInt(args[1]), "data/" + args[0], start);
        System.out.println("press Enter to sell");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            try {
                System.out.println(sell(node));
            } catch (CompletionException failed) {
                System.out.println(failed.getCause());
            }
        }
        node.stop().toCompletableFuture().join();
    }
}
// #program
