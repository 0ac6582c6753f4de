package io.capstan.demo.docs;

import io.capstan.demo.DemoMessage;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The process of the README: a stock that sells. */
final class Shop {
    sealed interface StockCommand extends DemoMessage {}

    record Sell(String sku, ActorRef<Sold> replyTo) implements StockCommand {}

    record Restock(String sku, int pieces) implements StockCommand {}

    record Sold(String sku, int left) implements DemoMessage {}

    private Shop() {}

    static Behavior<StockCommand> create() {
        Map<String, Integer> pieces = new HashMap<>(Map.of("sku-1", 10));
        return Behaviors.receive(StockCommand.class)
                .onMessage(Sell.class, sell -> {
                    sell.replyTo().tell(new Sold(sell.sku(), pieces.merge(sell.sku(), -1, Integer::sum)));
                    return Behaviors.same();
                })
                .onMessage(Restock.class, restock -> {
                    pieces.merge(restock.sku(), restock.pieces(), Integer::sum);
                    return Behaviors.same();
                })
                .build();
    }
}
