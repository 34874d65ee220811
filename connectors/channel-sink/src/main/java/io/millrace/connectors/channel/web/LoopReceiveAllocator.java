package io.millrace.connectors.channel.web;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Guesses how much the next read of a connection brings by the last reads of all connections of its event loop. An event loop reads one connection
 * at a time, and sets the handle back before, so all of them have one handle.
 */
@SuppressWarnings("deprecation") // Of the interface of handles, which Netty requires here.
final class LoopReceiveAllocator extends AdaptiveRecvByteBufAllocator {
    /** Netty's default for a socket, which does not apply to an allocator that is set. */
    private static final int READS = 16;

    private final FastThreadLocal<RecvByteBufAllocator.Handle> handles = new FastThreadLocal<>() {
        @Override
        protected RecvByteBufAllocator.Handle initialValue() {
            return createHandle();
        }
    };

    LoopReceiveAllocator() {
        maxMessagesPerRead(READS);
    }

    private RecvByteBufAllocator.Handle createHandle() {
        return super.newHandle();
    }

    @Override
    public RecvByteBufAllocator.Handle newHandle() {
        return handles.get();
    }
}
