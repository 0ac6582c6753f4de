package io.capstan.actors.internal.link;

import io.capstan.actors.internal.tls.TlsSettings;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/** Cuts the bytes of a connection into frames, none longer than the protocol allows. */
final class FrameDecoder extends LengthFieldBasedFrameDecoder {
    private static final int LENGTH_BYTES = 4;

    /** What the length field may say: channel, and a payload that takes one hop. */
    static final int LENGTH_MAX = 1 + Mesh.PAYLOAD_BYTES_MAX + ControlCodec.OVERHEAD_BYTES_MAX;

    private final Runnable heard;

    /** @param heard run whenever bytes come, so that a frame that takes long on a slow wire counts as life */
    FrameDecoder(Runnable heard) {
        super(LENGTH_BYTES + LENGTH_MAX, 0, LENGTH_BYTES, 0, LENGTH_BYTES);
        this.heard = heard;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        heard.run();
        super.channelRead(context, bytes);
    }

    /** What is wrong with the bytes of whoever has not greeted yet, in one line. */
    static String told(Throwable cause) {
        return cause instanceof MalformedFrame
                ? String.valueOf(cause.getMessage())
                : "whoever this is speaks another protocol than links do; or has TLS, which is off here ("
                        + TlsSettings.PATH + ".enabled)";
    }
}
