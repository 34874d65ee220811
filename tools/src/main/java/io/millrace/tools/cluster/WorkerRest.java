package io.millrace.tools.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.PropertiesFile;
import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Connect's REST interface, read only. The workers of one cluster are tried in their order until one answers. An answer is
 * awaited for half a minute while the workers rebalance. For one thread.
 */
public final class WorkerRest {
    /** The options that {@link #of} reads. */
    public static final Set<String> OPTIONS = Set.of("--rest", "--rest-config");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_TO_CONNECT = Duration.ofSeconds(5);
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(100);
    private static final int MAX_ATTEMPTS = 30;
    private static final long PAUSE_MS = 1000;
    private static final int NOT_FOUND = 404;
    /** 409: the workers rebalance; 503: a worker has just started. */
    private static final Set<Integer> PASSING = Set.of(409, 503);

    private static final Set<Integer> UNAUTHORIZED = Set.of(401, 403);

    private final List<URI> workers;
    private final HttpClient client;
    private final Optional<String> authorization;

    private WorkerRest(List<URI> workers, RestSettings settings) {
        this.workers = List.copyOf(workers);
        this.authorization = settings.authorization();
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIME_TO_CONNECT);
        settings.tls().ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    /**
     * The workers that {@code --rest} names, with the settings of {@code --rest-config}.
     *
     * @throws UsageException if an address or a setting is not valid
     */
    public static WorkerRest of(Arguments arguments) {
        List<URI> workers = new ArrayList<>();
        for (String text : arguments.required("--rest").split(",", -1)) {
            workers.add(parseAddress(text.strip()));
        }
        return new WorkerRest(workers, new RestSettings(PropertiesFile.read(arguments, "--rest-config")));
    }

    private static URI parseAddress(String text) {
        try {
            URI address = URI.create(text.replaceAll("/+$", ""));
            if (address.getRawUserInfo() != null) {
                throw new UsageException("--rest: expected an address without a user and a password; set"
                        + " basic.auth.username and basic.auth.password in the file of --rest-config");
            }
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // As an address without a host.
        }
        throw new UsageException("--rest: expected addresses such as http://connect-1:8083, found '" + text + "'");
    }

    /**
     * Reads what a path has.
     *
     * @param segments the parts of the path, which are encoded; the last may have a query
     * @return missing if nothing has this path
     * @throws UnreachableException if no worker answers, or the answer is an error
     * @throws UsageException if the worker refuses the user
     */
    public JsonNode get(String... segments) throws UnreachableException {
        String path = "/" + String.join("/", Arrays.asList(segments));
        List<String> failures = new ArrayList<>();
        for (URI worker : workers) {
            try {
                return get(worker, path);
            } catch (IOException e) {
                failures.add(worker + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UnreachableException("interrupted");
            }
        }
        throw new UnreachableException("No worker answers GET " + path + ": " + String.join("; ", failures));
    }

    private JsonNode get(URI worker, String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(worker + path))
                .timeout(TIME_TO_ANSWER)
                .header("Accept", "application/json");
        authorization.ifPresent(value -> request.header("Authorization", value));
        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            int status = response.statusCode();
            if (UNAUTHORIZED.contains(status)) {
                throw new UsageException(worker + " refuses GET " + path + " with HTTP " + status
                        + "; set basic.auth.username and basic.auth.password, or ssl.keystore.location, in the file"
                        + " of --rest-config");
            }
            if (status == NOT_FOUND) {
                return MissingNode.getInstance();
            }
            if (status < 300) {
                return JSON.readTree(response.body());
            }
            if (!PASSING.contains(status) || attempt == MAX_ATTEMPTS) {
                throw new IOException("HTTP " + status);
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    /** A name as a segment of a path. */
    public static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The addresses of the workers. */
    @Override
    public String toString() {
        return workers.toString();
    }
}
