package io.millrace.local.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.servers.ServerFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Does what the page does, without a browser: subscribes to the channel by server-sent events, uploads, and follows the import. */
public final class ImportClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data: ";

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI page;
    private final URI channels;

    /**
     * A client of an import.
     *
     * @param page the address of the page
     * @param channels the URL of the channels
     */
    public ImportClient(URI page, URI channels) {
        this.page = page;
        this.channels = channels;
    }

    /** An upload of so many contacts, the last of which has no valid address. */
    public static String contacts(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "contact-" + i + (i == count ? "" : "@example.com") + ",\"Contact, No. " + i + "\"")
                .collect(Collectors.joining("\r\n", "email,name\r\n", "\r\n"));
    }

    /**
     * Uploads the contacts, and returns when the event that the import is complete has come.
     *
     * @throws ServerFailedException if an answer is another one than expected, or the time is up
     */
    public ImportReport run(String csv, Duration timeout) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        String id = UUID.randomUUID().toString();
        Iterator<String> lines = subscribe(id);
        long begin = System.nanoTime();
        HttpResponse<String> stored =
                send(HttpRequest.newBuilder(page.resolve("imports/" + id)).PUT(BodyPublishers.ofString(csv)), 202);
        Duration answered = Duration.ofNanos(System.nanoTime() - begin);
        String request = stored.headers().firstValue("X-Request-Id").orElse("");

        List<JsonNode> events = new ArrayList<>();
        while (System.nanoTime() < deadline && lines.hasNext()) {
            String line = lines.next();
            JsonNode frame = line.startsWith(DATA) ? JSON.readTree(line.substring(DATA.length())) : JSON.nullNode();
            if (frame.has("channel")) {
                events.add(frame);
            }
            if (frame.path("type").asText().equals("ImportCompleted")) {
                Duration completed = Duration.ofNanos(System.nanoTime() - begin);
                return new ImportReport(id, request, answered, completed, events);
            }
        }
        throw new ServerFailedException("The import " + id + " was not complete within " + timeout.toSeconds()
                + " s; the last of " + events.size() + " events is "
                + (events.isEmpty() ? "none" : events.get(events.size() - 1)));
    }

    /** The lines of the channel's stream behind the answer to the subscription. */
    private Iterator<String> subscribe(String id) throws IOException, InterruptedException {
        HttpResponse<String> token = send(
                HttpRequest.newBuilder(page.resolve("imports/" + id + "/token")).POST(BodyPublishers.noBody()), 200);
        HttpResponse<Stream<String>> stream = client.send(
                HttpRequest.newBuilder(URI.create(channels + "?channel=import:" + id))
                        .header(
                                "Authorization",
                                "Bearer "
                                        + JSON.readTree(token.body())
                                                .path("token")
                                                .asText())
                        .build(),
                BodyHandlers.ofLines());
        Iterator<String> lines = stream.body().iterator();
        if (stream.statusCode() != 200 || !lines.hasNext() || !lines.next().equals("event: subscribed")) {
            throw new ServerFailedException("The channel was not subscribed: status " + stream.statusCode());
        }
        return lines;
    }

    private HttpResponse<String> send(HttpRequest.Builder request, int status)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != status) {
            throw new ServerFailedException(
                    "Expected the status " + status + ", found " + answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }
}
