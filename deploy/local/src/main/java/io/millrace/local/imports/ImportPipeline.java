package io.millrace.local.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalPipeline;
import io.millrace.local.ShopTopics;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.FreePort;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KeptPort;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.RandomText;
import io.millrace.testing.servers.ServerFailedException;
import io.millrace.testing.servers.ServiceProcess;
import io.millrace.testing.servers.SqlScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The contacts import: its tables, topics and connectors in a local pipeline; a gateway, which is a standalone worker with the channel
 * sink; and its services, each a process. Three importers share the jobs: one of them is slow, and one reports each job twice. For one
 * thread.
 */
public final class ImportPipeline implements AutoCloseable {
    private static final String MAIN_CLASS = "io.millrace.examples.imports.ContactsImport";
    /** How many times longer the slow importer pauses. */
    private static final int SLOW = 4;

    private static final Duration TIME_TO_BE_READY = Duration.ofMinutes(1);
    private static final long POLL_MS = 100;

    private final URI page;
    private final URI channels;
    private final ConnectWorker gateway;
    private final List<ServiceProcess> services = new ArrayList<>();

    private ImportPipeline(URI page, URI channels, ConnectWorker gateway) {
        this.page = page;
        this.channels = channels;
        this.gateway = gateway;
    }

    /**
     * Starts everything, with the gateway's and the services' files in {@code imports} of the pipeline's directory. Returns when the page
     * answers, the gateway is ready, and each importer has partitions.
     *
     * @param pipeline is not closed with this
     * @param pause of an importer before each job; that of the slow one is four times longer
     * @param progress receives a short description of the next step
     * @throws ServerFailedException if a part does not start
     */
    public static ImportPipeline start(
            Installation installation, LocalPipeline pipeline, Duration pause, Consumer<String> progress) {
        Path directory =
                pipeline.directory().resolve("imports").toAbsolutePath().normalize();
        Path example = ProjectFiles.of(installation).root().resolve("examples/contacts-import");
        URI page = URI.create("http://127.0.0.1:" + keepPort(directory.resolve("page")) + "/");
        URI channels = URI.create("http://127.0.0.1:" + keepPort(directory.resolve("channels")) + "/channels");
        Map<String, String> environment = environment(pipeline, page, channels);

        createTablesAndTopics(example, pipeline);
        progress.accept("posting the connectors of the import");
        pipeline.rest()
                .postAll(List.of(
                        example.resolve("connectors/10-imports-source.json"),
                        example.resolve("connectors/20-import-progress.json")));
        progress.accept("starting the gateway");
        ConnectWorker gateway = startGateway(installation, example, pipeline, directory, environment);
        ImportPipeline started = new ImportPipeline(page, channels, gateway);
        try {
            started.awaitReady();
            progress.accept("starting the services of the import");
            started.startServices(example, directory, environment, pause);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static int keepPort(Path directory) {
        KeptPort kept = new KeptPort(directory);
        int port = kept.findFree().orElseGet(FreePort::ask);
        kept.write(port);
        return port;
    }

    private static Map<String, String> environment(LocalPipeline pipeline, URI page, URI channels) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CHANNELS_ADDRESS", channels.getAuthority());
        environment.put("CHANNELS_URL", channels.toString());
        environment.put("CHANNELS_TOKEN_KEY", RandomText.ofBytes(32));
        environment.put("IMPORTS_ORIGIN", "http://" + page.getAuthority());
        environment.put("KAFKA_BOOTSTRAP_SERVERS", pipeline.bootstrapServers());
        environment.put("SHOP_SERVICE_URL", pipeline.mysql().jdbcUrl("shop"));
        environment.put("SHOP_SERVICE_PASSWORD", pipeline.servicePassword());
        environment.put("PORT", Integer.toString(page.getPort()));
        return environment;
    }

    private static void createTablesAndTopics(Path example, LocalPipeline pipeline) {
        try (Connection root = pipeline.connectAsRoot();
                Admin admin =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrapServers()))) {
            new SqlScript(example.resolve("sql")).apply(root, Map.of());
            ShopTopics.create(example.resolve("topics.sh"), admin);
        } catch (SQLException e) {
            throw new ServerFailedException("MySQL refused the SQL of the import: " + e.getMessage(), e);
        }
    }

    private static ConnectWorker startGateway(
            Installation installation,
            Path example,
            LocalPipeline pipeline,
            Path directory,
            Map<String, String> environment) {
        try {
            return ConnectWorker.startStandalone(
                    installation,
                    List.of(LocalPipeline.pluginFolder(installation)),
                    directory.resolve("gateway"),
                    pipeline.broker(),
                    new ObjectMapper()
                            .readTree(example.resolve("connectors/30-import-channels.json")
                                    .toFile()),
                    Map.of(),
                    environment,
                    ConnectWorker.jvmOptions(List.of()));
        } catch (IOException e) {
            throw new UncheckedIOException("The connector of the channels cannot be read", e);
        }
    }

    private void startServices(Path example, Path directory, Map<String, String> environment, Duration pause) {
        String usual = Long.toString(pause.toMillis());
        String slow = Long.toString(pause.toMillis() * SLOW);
        Map<String, List<String>> arguments = Map.of(
                "service", List.of("service"),
                "splitter", List.of("splitter"),
                "importer-1", List.of("importer", "importer-1", "--pause", usual),
                "importer-slow", List.of("importer", "importer-slow", "--pause", slow),
                "importer-twice", List.of("importer", "importer-twice", "--pause", usual, "--report-twice"));
        arguments.forEach((name, words) ->
                services.add(ServiceProcess.start(example, MAIN_CLASS, words, directory, name, environment)));
        services.forEach(service -> service.awaitLine("Answers at|Consumes \\[imports"));
    }

    /**
     * Waits until the gateway has read its history and answers clients.
     *
     * @throws ServerFailedException if it is not ready within a minute
     */
    public void awaitReady() {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(channels.resolve("/ready"))
                .timeout(TIME_TO_BE_READY)
                .build();
        long deadline = System.nanoTime() + TIME_TO_BE_READY.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status == 200) {
                    return;
                }
                last = "status " + status;
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            } catch (IOException e) {
                last = e.toString();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServerFailedException("Interrupted while the gateway was starting", e);
            }
        }
        throw new ServerFailedException("The gateway was not ready within " + TIME_TO_BE_READY.toSeconds()
                + " s, the last answer was " + last + "; its log is " + gateway.log());
    }

    /** The address of the page. */
    public URI page() {
        return page;
    }

    /** The URL of the channels. */
    public URI channels() {
        return channels;
    }

    /** The process that serves the channels. */
    public ConnectWorker gateway() {
        return gateway;
    }

    /** The log of each service. */
    public List<Path> logs() {
        return services.stream().map(ServiceProcess::log).toList();
    }

    /**
     * Starts the gateway again if it has ended, as a supervisor does.
     *
     * @throws ServerFailedException if the gateway does not start, or a service has ended
     */
    public void supervise() {
        if (!gateway.isAlive()) {
            gateway.restart();
        }
        for (ServiceProcess service : services) {
            if (!service.isAlive()) {
                throw new ServerFailedException("A service has ended; its log is " + service.log());
            }
        }
    }

    /** Stops the services and the gateway. */
    @Override
    public void close() {
        services.forEach(ServiceProcess::close);
        gateway.close();
    }
}
