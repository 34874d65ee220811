package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.channel.history.Delivery;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events of one channel. The events of the channel have no name, so that {@code onmessage} of every client gets them;
 * their {@code id} is the position. Others are named {@code subscribed}, {@code reset}, {@code expiring}, {@code moving} and {@code closed}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes its connection, and Netty logs it.
final class EventStreamSession extends ClientSession {
    private static final byte[] DATA = "\ndata: ".getBytes(UTF_8);
    private static final byte[] END = "\n\n".getBytes(UTF_8);

    private final @Nullable String origin;
    private boolean begun;

    /**
     * A stream whose response has not begun.
     *
     * @param origin of the page; null if the client is not a page of another origin
     */
    EventStreamSession(ListenerState state, ChannelHandlerContext context, @Nullable String origin) {
        super(state, context);
        this.origin = origin;
    }

    /** Begins the response. */
    void begin(HttpResponse response) {
        begun = true;
        context.writeAndFlush(response);
    }

    @Override
    void write(Delivery delivery) {
        if (delivery instanceof Delivery.Event event) {
            byte[] id = ("id: " + event.position()).getBytes(UTF_8);
            context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(id, DATA, event.frame(), END)));
        } else {
            String name = delivery instanceof Delivery.Subscribed ? "subscribed" : "reset";
            send("event: " + name + "\nid: " + delivery.position() + "\ndata: " + ServerFrames.of(delivery) + "\n\n");
        }
    }

    private void send(String text) {
        context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(text.getBytes(UTF_8))));
    }

    @Override
    void writeBeat(Map<String, String> positions) {
        // An id alone moves the client's last id, and is not an event.
        send(positions.values().stream()
                .findFirst()
                .map(position -> "id: " + position + "\n\n")
                .orElse(": beat\n\n"));
    }

    @Override
    void writeExpiring(long seconds) {
        send("event: expiring\ndata: " + ServerFrames.expiring(seconds) + "\n\n");
    }

    @Override
    void writeMoving(long afterMs) {
        send("event: moving\ndata: " + ServerFrames.moving(afterMs) + "\n\n");
    }

    @Override
    void writeClose(CloseReason reason, String text) {
        if (!begun) {
            RequestHandler.sendRefusal(context, reason, text, origin);
            return;
        }
        send("event: closed\ndata: {\"code\":" + reason.code() + "}\n\n");
        Connections.closeAfter(context, context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
    }
}
