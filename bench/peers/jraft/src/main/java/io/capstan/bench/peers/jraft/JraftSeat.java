package io.capstan.bench.peers.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import io.capstan.bench.seat.DoorClient;
import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A member of SOFAJRaft with its defaults. */
public final class JraftSeat implements Service {
    private static final byte[] QUERY = {1};

    private final Node node;

    private JraftSeat(Node node) {
        this.node = node;
    }

    public static void main(String[] words) {
        Seat.run(words, JraftSeat::open);
    }

    private static Service open(Seating seating) {
        if (!seating.isMember()) {
            return new DoorClient(seating);
        }
        Configuration group = new Configuration();
        group.parse(seating.addresses(0));
        PeerId own = new PeerId(Seating.HOST, seating.port(0));
        NodeOptions options = new NodeOptions();
        options.setInitialConf(group);
        options.setFsm(new Echo());
        options.setLogUri(seating.directory().resolve("log").toString());
        options.setRaftMetaUri(seating.directory().resolve("meta").toString());
        RaftOptions raft = new RaftOptions();
        raft.setReadOnlyOptions(ReadOnlyOption.ReadOnlySafe);
        options.setRaftOptions(raft);
        return new JraftSeat(new RaftGroupService("bench", own, options).start());
    }

    @Override
    public boolean leads() {
        return node.isLeader();
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        CompletableFuture<Status> done = new CompletableFuture<>();
        node.apply(new Task(ByteBuffer.wrap(command), status -> end(done, status)));
        return done;
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        CompletableFuture<Status> done = new CompletableFuture<>();
        ReadIndexClosure closure = new ReadIndexClosure() {
            @Override
            public void run(Status status, long index, byte[] context) {
                end(done, status);
            }
        };
        switch (how) {
            case LINEARIZABLE -> node.readIndex(QUERY, closure);
            case LEASE -> node.readIndex(ReadOnlyOption.ReadOnlyLeaseBased, QUERY, closure);
            default -> throw new UnsupportedOperationException("it has no stale reads");
        }
        return done;
    }

    private static void end(CompletableFuture<Status> done, Status status) {
        if (status.isOk()) {
            done.complete(status);
        } else {
            done.completeExceptionally(new IllegalStateException(status.toString()));
        }
    }

    /** Executes nothing: what is measured is the agreement. */
    private static final class Echo extends StateMachineAdapter {
        @Override
        public void onApply(Iterator entries) {
            while (entries.hasNext()) {
                Closure done = entries.done();
                if (done != null) {
                    done.run(Status.OK());
                }
                entries.next();
            }
        }
    }
}
