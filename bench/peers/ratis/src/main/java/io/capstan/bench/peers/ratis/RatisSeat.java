package io.capstan.bench.peers.ratis;

import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** A server of Ratis asked within its own process, or its clients over gRPC in one of their own. */
public final class RatisSeat {
    private static final int CLIENTS = 5;
    private static final int OUTSTANDING_MAX = 1_000;
    private static final RaftGroupId GROUP =
            RaftGroupId.valueOf(UUID.nameUUIDFromBytes("bench".getBytes(StandardCharsets.UTF_8)));

    private RatisSeat() {}

    public static void main(String[] words) {
        Seat.run(words, RatisSeat::open);
    }

    private static Service open(Seating seating) throws Exception {
        List<RaftPeer> peers = new ArrayList<>();
        for (String member : seating.members()) {
            peers.add(RaftPeer.newBuilder()
                    .setId(member)
                    .setAddress(Seating.HOST + ":" + seating.port(member, 0))
                    .build());
        }
        RaftGroup group = RaftGroup.valueOf(GROUP, peers);
        RaftProperties properties = new RaftProperties();
        RaftClientConfigKeys.Async.setOutstandingRequestsMax(properties, OUTSTANDING_MAX);
        return seating.isMember() ? new Member(seating, group, properties) : new Clients(group, properties);
    }

    private static CompletionStage<?> done(CompletableFuture<RaftClientReply> reply) {
        return reply.thenAccept(answer -> {
            if (!answer.isSuccess()) {
                throw new IllegalStateException(String.valueOf(answer.getException()));
            }
        });
    }

    private static Message message(byte[] bytes) {
        ByteString content = UnsafeByteOperations.unsafeWrap(bytes);
        return Message.valueOf(content);
    }

    private static final class Member implements Service {
        private final RaftServer server;
        private final ClientId client = ClientId.randomId();
        private final AtomicLong calls = new AtomicLong();

        Member(Seating seating, RaftGroup group, RaftProperties properties) throws Exception {
            RaftServerConfigKeys.setStorageDir(
                    properties, List.of(seating.directory().toFile()));
            RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
            GrpcConfigKeys.Server.setPort(properties, seating.port(0));
            boolean isNew = !Files.exists(
                    seating.directory().resolve(group.getGroupId().getUuid().toString()));
            server = RaftServer.newBuilder()
                    .setServerId(RaftPeerId.valueOf(seating.name()))
                    .setGroup(group)
                    .setProperties(properties)
                    .setStateMachine(new Echo())
                    .setOption(isNew ? RaftStorage.StartupOption.FORMAT : RaftStorage.StartupOption.RECOVER)
                    .build();
            server.start();
        }

        @Override
        public boolean leads() {
            try {
                return server.getDivision(GROUP).getInfo().isLeaderReady();
            } catch (IOException notYet) {
                return false;
            }
        }

        private CompletionStage<?> ask(byte[] bytes, RaftClientRequest.Type type) {
            try {
                return done(server.submitClientRequestAsync(RaftClientRequest.newBuilder()
                        .setClientId(client)
                        .setServerId(server.getId())
                        .setGroupId(GROUP)
                        .setCallId(calls.incrementAndGet())
                        .setMessage(message(bytes))
                        .setType(type)
                        .build()));
            } catch (IOException refused) {
                return CompletableFuture.failedFuture(refused);
            }
        }

        @Override
        public CompletionStage<?> write(byte[] command) {
            return ask(command, RaftClientRequest.writeRequestType());
        }

        @Override
        public CompletionStage<?> read(Reading how) {
            return ask(new byte[0], RaftClientRequest.readRequestType());
        }
    }

    private static final class Clients implements Service {
        private final List<RaftClient> clients = new ArrayList<>();
        private final AtomicLong turns = new AtomicLong();

        Clients(RaftGroup group, RaftProperties properties) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(RaftClient.newBuilder()
                        .setProperties(properties)
                        .setRaftGroup(group)
                        .build());
            }
        }

        private RaftClient next() {
            return clients.get((int) (turns.getAndIncrement() % CLIENTS));
        }

        @Override
        public boolean leads() {
            return false;
        }

        @Override
        public CompletionStage<?> write(byte[] command) {
            return done(next().async().send(message(command)));
        }

        @Override
        public CompletionStage<?> read(Reading how) {
            return done(next().async().sendReadOnly(message(new byte[0])));
        }
    }

    /** Executes nothing: what is measured is the agreement. */
    private static final class Echo extends BaseStateMachine {
        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            LogEntryProto entry = transaction.getLogEntry();
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            return CompletableFuture.completedFuture(Message.EMPTY);
        }

        @Override
        public CompletableFuture<Message> query(Message request) {
            return CompletableFuture.completedFuture(Message.EMPTY);
        }
    }
}
