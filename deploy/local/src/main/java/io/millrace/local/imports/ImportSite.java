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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The parts of the import in one data centre: tables, topics and connectors in its pipeline; a gateway, which is a standalone worker with
 * the channel sink; and services, each a process. The files of these processes are in {@code imports} of the pipeline's directory. For
 * one thread.
 */
final class ImportSite implements AutoCloseable {
    private static final String MAIN_CLASS = "io.millrace.examples.imports.ContactsImport";
    private static final Duration TIME_TO_BE_READY = Duration.ofMinutes(1);
    private static final long POLL_MS = 100;

    private final Installation installation;
    private final LocalPipeline pipeline;
    private final String name;
    private final Path example;
    private final Path directory;
    private final URI page;
    private final URI channels;
    private final Map<String, String> environment;
    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
    private Optional<ConnectWorker> gateway = Optional.empty();

    /**
     * Chooses the ports of page and gateway, and starts nothing.
     *
     * @param pipeline is not closed with this
     * @param name of the data centre, in lower case letters
     */
    ImportSite(Installation installation, LocalPipeline pipeline, String name) {
        this.installation = installation;
        this.pipeline = pipeline;
        this.name = name;
        this.example = ProjectFiles.of(installation).root().resolve("examples/contacts-import");
        this.directory =
                pipeline.directory().resolve("imports").toAbsolutePath().normalize();
        this.page = URI.create("http://127.0.0.1:" + keepPort(directory.resolve("page")) + "/");
        this.channels = URI.create("http://127.0.0.1:" + keepPort(directory.resolve("channels")) + "/channels");
        this.environment = environment();
    }

    private static int keepPort(Path directory) {
        KeptPort kept = new KeptPort(directory);
        int port = kept.findFree().orElseGet(FreePort::ask);
        kept.write(port);
        return port;
    }

    private Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>(contactsDatabase());
        variables.put("DATA_CENTRE", name);
        variables.put("CHANNELS_ADDRESS", channels.getAuthority());
        variables.put("CHANNELS_URL", channels.toString());
        variables.put("CHANNELS_TOKEN_KEY", RandomText.ofBytes(32));
        variables.put("IMPORTS_ORIGIN", "http://" + page.getAuthority());
        variables.put("KAFKA_BOOTSTRAP_SERVERS", pipeline.bootstrapServers());
        variables.put("PORT", Integer.toString(page.getPort()));
        return variables;
    }

    /** The variables of a service that uses the contacts of this data centre. */
    Map<String, String> contactsDatabase() {
        return Map.of(
                "SHOP_SERVICE_URL", pipeline.mysql().jdbcUrl("shop"),
                "SHOP_SERVICE_PASSWORD", pipeline.servicePassword());
    }

    LocalPipeline pipeline() {
        return pipeline;
    }

    URI page() {
        return page;
    }

    URI channels() {
        return channels;
    }

    /** The process that serves the channels. */
    ConnectWorker gateway() {
        return gateway.orElseThrow();
    }

    /** The log of each service. */
    List<Path> logs() {
        return services.values().stream().map(ServiceProcess::log).toList();
    }

    /** Applies a folder of SQL files of the example. */
    void applySql(String folder) {
        try (Connection root = pipeline.connectAsRoot()) {
            new SqlScript(example.resolve(folder)).apply(root, Map.of());
        } catch (SQLException e) {
            throw new ServerFailedException("MySQL refused the SQL of the import: " + e.getMessage(), e);
        }
    }

    /** Creates the topics of a script of the example. */
    void createTopics(String script) {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrapServers()))) {
            ShopTopics.create(example.resolve(script), admin);
        }
    }

    /**
     * Posts connectors of the example, and returns when they run. The worker has started without the import, so this replaces the
     * variables that it does not have.
     *
     * @param source the brokers that a mirror reads
     */
    void post(String source, String... files) {
        Map<String, String> variables = Map.of("DATA_CENTRE", name, "SOURCE_BOOTSTRAP_SERVERS", source);
        List<Path> posted = new ArrayList<>();
        try {
            Path folder = Files.createDirectories(directory.resolve("connectors"));
            for (String file : files) {
                String text = Files.readString(example.resolve(file));
                for (Map.Entry<String, String> variable : variables.entrySet()) {
                    text = text.replace("${env:" + variable.getKey() + "}", variable.getValue());
                }
                posted.add(
                        Files.writeString(folder.resolve(example.resolve(file).getFileName()), text));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The connectors of the import cannot be prepared in " + directory, e);
        }
        pipeline.rest().postAll(posted);
    }

    /** Starts the gateway, and returns when it is ready. */
    void startGateway() {
        try {
            gateway = Optional.of(ConnectWorker.startStandalone(
                    installation,
                    List.of(LocalPipeline.pluginFolder(installation)),
                    directory.resolve("gateway"),
                    pipeline.broker(),
                    new ObjectMapper()
                            .readTree(example.resolve("connectors/30-import-channels.json")
                                    .toFile()),
                    Map.of(),
                    environment,
                    ConnectWorker.jvmOptions(List.of())));
        } catch (IOException e) {
            throw new UncheckedIOException("The connector of the channels cannot be read", e);
        }
        awaitReady();
    }

    /**
     * Waits until the gateway has read its history and answers clients.
     *
     * @throws ServerFailedException if it is not ready within a minute
     */
    void awaitReady() {
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
                + " s, the last answer was " + last + "; its log is "
                + gateway().log());
    }

    /**
     * Starts services at the same time, and returns when the page answers and each consumer has partitions. A service with the name of
     * one that runs takes its place.
     *
     * @param arguments of each service by its name
     * @param overrides variables over those of this data centre
     */
    void startServices(Map<String, List<String>> arguments, Map<String, String> overrides) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.putAll(overrides);
        List<ServiceProcess> started = new ArrayList<>();
        arguments.forEach((service, words) -> {
            ServiceProcess former = services.remove(service);
            if (former != null) {
                former.close();
            }
            ServiceProcess process = ServiceProcess.start(example, MAIN_CLASS, words, directory, service, variables);
            services.put(service, process);
            started.add(process);
        });
        started.forEach(process -> process.awaitLine("Answers at|Consumes \\[imports"));
    }

    /**
     * Starts the gateway again if it has ended, as a supervisor does.
     *
     * @throws ServerFailedException if the gateway does not start, or a service has ended
     */
    void supervise() {
        if (!gateway().isAlive()) {
            gateway().restart();
        }
        for (ServiceProcess service : services.values()) {
            if (!service.isAlive()) {
                throw new ServerFailedException("A service has ended; its log is " + service.log());
            }
        }
    }

    /** Stops the services and the gateway. */
    @Override
    public void close() {
        services.values().forEach(ServiceProcess::close);
        gateway.ifPresent(ConnectWorker::close);
    }
}
