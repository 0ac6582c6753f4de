package io.capstan.registry;

import static io.capstan.raft.Within.within;
import static io.capstan.registry.Members.done;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.SystemConfig;
import io.capstan.crdt.Counters;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A program's own systems, in a cluster of the program's own making, with all that Pekko has for clusters; and a node in each. */
@Timeout(120)
class BesidePekkoTest {
    private static final Duration LIMIT = ofSeconds(60);
    private static final EntityTypeKey<Put> CARTS = EntityTypeKey.create(Put.class, "cart");
    private static final Name<Put> CART = Name.of("cart-1", Put.class);

    @RegisterExtension
    static final TestCluster cluster =
            TestCluster.of(BesidePekkoTest::program, "a", "b", "c").with("""
                    capstan.actors.membership = off
                    capstan.raft.voters = [a, b, c]
                    pekko.cluster.downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
                    pekko.cluster.split-brain-resolver { active-strategy = keep-majority, stable-after = 1s }
                    pekko.cluster.sharding { number-of-shards = 4, retry-interval = 200ms, waiting-for-state-timeout = 500ms }
                    pekko.actor.serialization-bindings."io.capstan.registry.BesidePekkoTest$Wire" = jackson-cbor
                    """);

    /** Travels between nodes. */
    interface Wire {}

    /** Puts something into a cart, or "nothing" to have it stop. */
    record Put(String item, ActorRef<Holds> replyTo) implements Wire {}

    record Holds(String node, int items) implements Wire {}

    /** A cart, in a shard, with its events in a journal, and a name of Capstan's. */
    static final class Cart extends EventSourcedBehavior<Put, String, Integer> {
        private final String node;

        private Cart(String id, String node) {
            super(PersistenceId.of(CARTS.name(), id));
            this.node = node;
        }

        static Behavior<Put> on(Node node, String id) {
            return Behaviors.setup(context -> {
                Names.get(node).register(Name.of(id, Put.class), context.getSelf(), ofSeconds(10));
                return new Cart(id, node.id().name());
            });
        }

        @Override
        public Integer emptyState() {
            return 0;
        }

        @Override
        public CommandHandler<Put, String, Integer> commandHandler() {
            return newCommandHandlerBuilder()
                    .forAnyState()
                    .onCommand(
                            Put.class,
                            put -> put.item().equals("nothing")
                                    ? Effect().stop().thenReply(put.replyTo(), items -> new Holds(node, items))
                                    : Effect()
                                            .persist(put.item())
                                            .thenReply(put.replyTo(), items -> new Holds(node, items)))
                    .build();
        }

        @Override
        public EventHandler<Integer, String> eventHandler() {
            return newEventHandlerBuilder().forAnyState().onAnyEvent((items, item) -> items + 1);
        }
    }

    private static ActorSystem<?> program(Config config) {
        Config test = SystemConfig.forTest(config);
        Map<String, Object> own = new HashMap<>();
        List<String> seeds = new ArrayList<>();
        for (Config member : config.getConfigList("capstan.testkit.members")) {
            seeds.add("pekko://shop@" + member.getString("host") + ":" + member.getInt("port"));
        }
        own.put("pekko.cluster.seed-nodes", seeds);
        ActorSystem<?> system = ActorSystem.create(
                Behaviors.empty(),
                "shop",
                ConfigFactory.load(ConfigFactory.parseMap(own)
                        .withFallback(PersistenceTestKitPlugin.getInstance().config())
                        .withFallback(test)));
        Node node = Node.get(system);
        ClusterSharding.get(system).init(Entity.of(CARTS, entity -> Cart.on(node, entity.getEntityId())));
        return system;
    }

    /** The one that counts, in a counter of Capstan's, so that its successor goes on. */
    private static Behavior<Put> clerk(Node node) {
        return Behaviors.receiveMessage(put -> {
            var orders = Counters.get(node).counter("orders");
            orders.increment();
            put.replyTo().tell(new Holds(node.id().name(), (int) orders.value()));
            return Behaviors.same();
        });
    }

    private static Node node(String member) {
        return Node.get(cluster.system(member));
    }

    private static ActorRef<Put> clerkSeenFrom(String member) {
        return ClusterSingleton.get(cluster.system(member)).init(SingletonActor.of(clerk(node(member)), "clerk"));
    }

    private static Holds put(String member, String item) {
        return done(ClusterSharding.get(cluster.system(member))
                .entityRefFor(CARTS, "cart-1")
                .<Holds>ask(replyTo -> new Put(item, replyTo), ofSeconds(3)));
    }

    private static Holds told(ActorRef<Put> to) {
        return done(Call.to(to, replyTo -> new Put("x", replyTo), ofSeconds(3)));
    }

    @Test
    void shardsSingletonsJournalsAndTheResolverWorkOnAndSoDoesCapstan() {
        cluster.names().forEach(BesidePekkoTest::clerkSeenFrom);
        // Counted from what it holds then: what is asked again after a time-out may have been put in before.
        cluster.await("a cart", LIMIT, () -> put("a", "apple").items() >= 1);
        Holds before = put("b", "pear");
        String home = before.node();
        assertThat(put("c", "nothing")).isEqualTo(before);
        cluster.await("the cart's events are read again", () -> put("c", "plum").items() > before.items());
        for (String member : cluster.names()) {
            cluster.await(
                    "the cart is found by name",
                    () -> Names.get(node(member)).whereis(CART).isPresent());
        }
        String other = cluster.names().stream()
                .filter(member -> !member.equals(home))
                .findFirst()
                .orElseThrow();
        Holds named = told(Names.get(node(other)).whereis(CART).orElseThrow());
        assertThat(named.node()).isEqualTo(home);
        assertThat(named.items()).isGreaterThan(before.items() + 1);
        cluster.await("a clerk", LIMIT, () -> told(clerkSeenFrom(other)).items() >= 1);
        done(Locks.get(node(other)).session(Ttl.of(LIMIT), cause -> {}).acquire("till", within(LIMIT)));

        cluster.crash(home);

        // Its journal was its own: the cart begins anew elsewhere.
        cluster.await(
                "the cart elsewhere", LIMIT, () -> !put(other, "fig").node().equals(home));
        String next = put(other, "nut").node();
        cluster.await(
                "by its name too",
                () -> told(Names.get(node(other)).whereis(CART).orElseThrow())
                        .node()
                        .equals(next));
        cluster.await("a clerk goes on", LIMIT, () -> {
            Holds clerk = told(clerkSeenFrom(other));
            return !clerk.node().equals(home) && clerk.items() >= 2;
        });
        assertThat(node(other).nodes()).extracting(NodeId::name).hasSize(1).doesNotContain(home);
        done(Locks.get(node(next)).session(Ttl.of(LIMIT), cause -> {}).acquire("shelf", within(LIMIT)));
    }
}
