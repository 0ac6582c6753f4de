package io.capstan.raft.internal.wire;

import io.capstan.actors.NodeId;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.Message;
import io.capstan.raft.core.SnapshotMeta;
import java.util.ArrayList;
import java.util.List;

/** The binary form of the core's messages. The kinds' codes are on the wire: none is ever used again. */
final class MessageCodec {
    private static final int PRE_VOTE = 1;
    private static final int PRE_VOTE_REPLY = 2;
    private static final int VOTE = 3;
    private static final int VOTE_REPLY = 4;
    private static final int APPEND = 5;
    private static final int APPENDED = 6;
    private static final int APPEND_REFUSED = 7;
    private static final int SNAPSHOT_CHUNK = 8;
    private static final int SNAPSHOT_REPLY = 9;
    private static final int TIMEOUT_NOW = 10;
    private static final int READ_ASK = 11;
    private static final int READ_ANSWER = 12;
    private static final int REST = 13;
    private static final int WAKE = 14;
    private static final int FAREWELL = 15;

    // Kind, term, time, length of the payload: an entry takes at least these.
    static final int ENTRY_BYTES_MIN = 1 + 8 + 8 + 4;

    // Kind, term, session, round.
    private static final int ROUND_BYTES = 1 + 3 * 8;

    /** An append without its entries. */
    static final int APPEND_BYTES = ROUND_BYTES + 3 * 8 + 4;

    /** A configuration at its fullest: version, count, and of each member kind, session, incarnation, name. */
    private static final int CONFIGURATION_BYTES_MAX =
            2 + Configuration.MEMBERS_MAX * (1 + 8 + 8 + 1 + NodeId.NAME_LENGTH_MAX);

    /** A piece of a snapshot without its bytes: round, snapshot's facts, configuration, offset, last, length. */
    static final int CHUNK_BYTES_MAX = ROUND_BYTES + 4 * 8 + (4 + CONFIGURATION_BYTES_MAX) + 8 + 1 + 4;

    private static final int OTHERS_BYTES = 128;

    private MessageCodec() {}

    /** How much room it takes: exactly, of the messages of which there are many, else about. */
    static int bytes(Message message) {
        if (message instanceof Message.Append append) {
            int bytes = APPEND_BYTES;
            for (Entry entry : append.entries()) {
                bytes += ENTRY_BYTES_MIN + entry.payload().length;
            }
            return bytes;
        }
        if (message instanceof Message.Appended) {
            return ROUND_BYTES + 8;
        }
        return message instanceof Message.SnapshotChunk chunk ? OTHERS_BYTES + chunk.bytes().length : OTHERS_BYTES;
    }

    static void write(Message message, Out out) {
        if (message instanceof Message.Append append) {
            append(append, out);
        } else if (message instanceof Message.Appended m) {
            round(out, APPENDED, m.term(), m.session(), m.round()).i64(m.matchIndex());
        } else if (message instanceof Message.AppendRefused m) {
            round(out, APPEND_REFUSED, m.term(), m.session(), m.round())
                    .i64(m.prevIndex())
                    .i64(m.hintIndex())
                    .i64(m.hintTerm());
        } else if (message instanceof Message.PreVote m) {
            out.u8(PRE_VOTE).i64(m.term()).i64(m.lastIndex()).i64(m.lastTerm());
        } else if (message instanceof Message.PreVoteReply m) {
            out.u8(PRE_VOTE_REPLY).i64(m.term()).flag(m.granted());
        } else if (message instanceof Message.Vote m) {
            out.u8(VOTE).i64(m.term()).i64(m.lastIndex()).i64(m.lastTerm()).flag(m.transfer());
        } else if (message instanceof Message.VoteReply m) {
            out.u8(VOTE_REPLY).i64(m.term()).flag(m.granted());
        } else if (message instanceof Message.SnapshotChunk m) {
            round(out, SNAPSHOT_CHUNK, m.term(), m.session(), m.round());
            snapshot(m.snapshot(), out);
            out.i64(m.offset()).flag(m.last()).block(m.bytes());
        } else if (message instanceof Message.SnapshotReply m) {
            round(out, SNAPSHOT_REPLY, m.term(), m.session(), m.round())
                    .i64(m.index())
                    .i64(m.nextOffset())
                    .flag(m.complete());
        } else if (message instanceof Message.TimeoutNow m) {
            out.u8(TIMEOUT_NOW).i64(m.term());
        } else if (message instanceof Message.Rest m) {
            round(out, REST, m.term(), m.session(), m.round()).i64(m.lastIndex());
        } else if (message instanceof Message.Wake m) {
            out.u8(WAKE).i64(m.term());
        } else if (message instanceof Message.Farewell m) {
            out.u8(FAREWELL).i64(m.term());
        } else if (message instanceof Message.ReadAsk m) {
            out.u8(READ_ASK).i64(m.term()).i64(m.id()).flag(m.lease());
        } else if (message instanceof Message.ReadAnswer m) {
            out.u8(READ_ANSWER).i64(m.term()).i64(m.id()).i64(m.index());
        } else {
            throw new IllegalStateException("a message without a code: " + message.getClass());
        }
    }

    private static Out round(Out out, int kind, long term, long session, long round) {
        return out.u8(kind).i64(term).i64(session).i64(round);
    }

    private static void append(Message.Append m, Out out) {
        round(out, APPEND, m.term(), m.session(), m.round())
                .i64(m.prevIndex())
                .i64(m.prevTerm())
                .i64(m.commit())
                .i32(m.entries().size());
        long index = m.prevIndex();
        for (Entry entry : m.entries()) {
            index++;
            // The index is not on the wire: it follows from the place.
            if (entry.index() != index) {
                throw new IllegalStateException("entry " + entry.index() + " in the place of " + index);
            }
            out.u8(entry.kind().code()).i64(entry.term()).i64(entry.time()).block(entry.payload());
        }
    }

    private static void snapshot(SnapshotMeta meta, Out out) {
        out.i64(meta.index())
                .i64(meta.term())
                .i64(meta.time())
                .i64(meta.configurationIndex())
                .block(meta.configuration().toBytes());
    }

    static Message read(In in) {
        int kind = in.u8();
        long term = in.i64();
        try {
            return switch (kind) {
                case PRE_VOTE -> new Message.PreVote(term, in.i64(), in.i64());
                case PRE_VOTE_REPLY -> new Message.PreVoteReply(term, in.flag());
                case VOTE -> new Message.Vote(term, in.i64(), in.i64(), in.flag());
                case VOTE_REPLY -> new Message.VoteReply(term, in.flag());
                case APPEND -> readAppend(term, in);
                case APPENDED -> new Message.Appended(term, in.i64(), in.i64(), in.i64());
                case APPEND_REFUSED ->
                    new Message.AppendRefused(term, in.i64(), in.i64(), in.i64(), in.i64(), in.i64());
                case SNAPSHOT_CHUNK -> readChunk(term, in);
                case SNAPSHOT_REPLY ->
                    new Message.SnapshotReply(term, in.i64(), in.i64(), in.i64(), in.i64(), in.flag());
                case TIMEOUT_NOW -> new Message.TimeoutNow(term);
                case READ_ASK -> new Message.ReadAsk(term, in.i64(), in.flag());
                case READ_ANSWER -> new Message.ReadAnswer(term, in.i64(), in.i64());
                case REST -> new Message.Rest(term, in.i64(), in.i64(), in.i64());
                case WAKE -> new Message.Wake(term);
                case FAREWELL -> new Message.Farewell(term);
                default -> throw new Malformed("a raft message of unknown kind " + kind);
            };
        } catch (IllegalArgumentException notOfTheCore) {
            throw new Malformed(String.valueOf(notOfTheCore.getMessage()));
        }
    }

    private static Message readAppend(long term, In in) {
        long session = in.i64();
        long round = in.i64();
        long prevIndex = in.i64();
        long prevTerm = in.i64();
        long commit = in.i64();
        int count = in.count(ENTRY_BYTES_MIN);
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            Entry.Kind kind = Entry.Kind.of(in.u8());
            Entry entry = new Entry(prevIndex + i, in.i64(), in.i64(), kind, in.block());
            requireKnown(entry);
            entries.add(entry);
        }
        return new Message.Append(term, session, round, prevIndex, prevTerm, commit, entries);
    }

    /** The core reads configurations as soon as they are appended: one that it does not know must not get that far. */
    private static void requireKnown(Entry entry) {
        if (entry.kind() == Entry.Kind.CONFIGURATION) {
            Configuration.of(entry.payload());
        }
    }

    private static Message readChunk(long term, In in) {
        long session = in.i64();
        long round = in.i64();
        SnapshotMeta meta = new SnapshotMeta(in.i64(), in.i64(), in.i64(), in.i64(), Configuration.of(in.block()));
        long offset = in.i64();
        boolean last = in.flag();
        return new Message.SnapshotChunk(term, session, round, meta, offset, in.block(), last);
    }
}
