package io.millrace.connectors.channel.web;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Ends connections. */
final class Connections {
    /** How long a client may take to read what is left before the end. */
    private static final int CLOSE_SECONDS = 5;

    private Connections() {}

    /** Closes a connection when its last write is done, or after {@value #CLOSE_SECONDS} s if the client does not read it. */
    @SuppressWarnings("FutureReturnValueIgnored") // A failed write closes its connection, and Netty logs it.
    static void closeAfter(ChannelHandlerContext context, ChannelFuture lastWrite) {
        lastWrite.addListener(ChannelFutureListener.CLOSE);
        Future<?> deadline = context.executor().schedule(() -> context.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
        context.channel().closeFuture().addListener(closed -> deadline.cancel(false));
    }
}
