package io.millrace.connectors.channel;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket whose frames are in a queue, and whose close frame as {@code CODE REASON}. Beats without positions are left out. */
public final class ChannelSocket implements WebSocket.Listener {
    private static final int SECONDS_TO_ACT = 20;

    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    /**
     * Connects to a listener.
     *
     * @throws java.util.concurrent.CompletionException if the connection is refused
     */
    public ChannelSocket(HttpClient client, URI address, String origin) {
        this(client.newWebSocketBuilder().header("Origin", origin), address);
    }

    /** Like {@link #ChannelSocket(HttpClient, URI, String)}, not from a page. */
    ChannelSocket(HttpClient client, URI address) {
        this(client.newWebSocketBuilder(), address);
    }

    private ChannelSocket(WebSocket.Builder builder, URI address) {
        this.socket =
                builder.subprotocols("millrace.v1").buildAsync(address, this).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            if (!partial.toString().matches("\\{\"beat\":\\d+}")) {
                frames.add(partial.toString());
            }
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        frames.add(code + " " + reason);
        return null;
    }

    public void send(String text) {
        socket.sendText(text, true).join();
    }

    /** The next frame; {@code null} as a text if there is none in time. */
    public String next() throws InterruptedException {
        return String.valueOf(frames.poll(SECONDS_TO_ACT, TimeUnit.SECONDS));
    }

    /** Ends the connection without a close frame. */
    public void cut() {
        socket.abort();
    }
}
