package io.millrace.connectors.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A stream of server-sent events whose data are in a queue. */
final class ChannelStream {
    private static final int SECONDS_TO_ACT = 20;
    private static final String DATA = "data: ";

    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final InputStream body;

    /**
     * Subscribes to a channel.
     *
     * @param position empty for events from now on
     * @throws IllegalStateException with the status if the stream is refused
     */
    ChannelStream(HttpClient client, URI address, String token, String channel, String position)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "?channel=" + channel))
                .header("Authorization", "Bearer " + token);
        if (!position.isEmpty()) {
            request.header("Last-Event-ID", position);
        }
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        body = response.body();
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + new String(body.readAllBytes(), UTF_8));
        }
        Thread reader = new Thread(this::read, "stream-" + channel);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    frames.add(line.substring(DATA.length()));
                }
            }
        } catch (IOException e) {
            // The connection has ended, by one side or the other.
            frames.add("ended: " + e.getMessage());
        }
    }

    /** The data of the next event; {@code null} as a text if there is none in time. */
    String next() throws InterruptedException {
        return String.valueOf(frames.poll(SECONDS_TO_ACT, TimeUnit.SECONDS));
    }

    /** Ends the connection. */
    void cut() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
