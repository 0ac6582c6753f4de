package io.capstan.raft;

import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.kv.KeyWatch;
import io.capstan.raft.kv.Transaction;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** An example: what a shop does with a replicated map. */
final class Shop {
    private Shop() {}

    // #kv
    /** One piece less and one order more, or neither; false when somebody else was faster. */
    static CompletionStage<Boolean> order(KeyValue map, String who, Within soon) {
        return map.get("stock", Consistency.LINEARIZABLE, soon).thenCompose(seen -> {
            KeyEntry stock = seen.orElseThrow();
            Transaction order = Transaction.begin()
                    .ifVersion("stock", stock.version())
                    .ifAbsent("orders/" + who)
                    .put("stock", "" + (Integer.parseInt(stock.text()) - 1))
                    .put("orders/" + who, "1");
            return map.write(order, soon).thenApply(Transaction.Outcome::done);
        });
    }

    /** Tells of the orders that there are, then of every one that comes or goes, until it is closed. */
    static KeyWatch orders(KeyValue map, Consumer<String> listener) {
        return map.watch("orders/", event -> listener.accept(event.key()));
    }
    // #kv
}
