package io.millrace.local.imports;

import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerFailedException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The contacts import: its tables, topics and connectors in a local pipeline; a gateway, which is a standalone worker with the channel
 * sink; and its services, each a process. Three importers share the jobs: one of them is slow, and one reports each job twice. A
 * {@link SecondDataCentre} can take a part of the jobs. For one thread.
 */
public final class ImportPipeline implements AutoCloseable {
    /** The name of this data centre. */
    private static final String NAME = "west";
    /** How many times longer the slow importer pauses. */
    private static final int SLOW = 4;

    private static final String SPLITTER = "splitter";

    private final ImportSite site;

    private ImportPipeline(ImportSite site) {
        this.site = site;
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
        ImportSite site = new ImportSite(installation, pipeline, NAME);
        try {
            site.applySql("sql");
            site.createTopics("topics.sh");
            progress.accept("posting the connectors of the import");
            site.post("", "connectors/10-imports-source.json", "connectors/20-import-progress.json");
            progress.accept("starting the gateway");
            site.startGateway();
            progress.accept("starting the services of the import");
            String usual = Long.toString(pause.toMillis());
            String slow = Long.toString(pause.toMillis() * SLOW);
            site.startServices(
                    Map.of(
                            "service",
                            List.of("service"),
                            SPLITTER,
                            List.of(SPLITTER),
                            "importer-1",
                            List.of("importer", "importer-1", "--pause", usual),
                            "importer-slow",
                            List.of("importer", "importer-slow", "--pause", slow),
                            "importer-twice",
                            List.of("importer", "importer-twice", "--pause", usual, "--report-twice")),
                    Map.of());
            return new ImportPipeline(site);
        } catch (RuntimeException e) {
            site.close();
            throw e;
        }
    }

    /** From now on, the splitter gives every second job to the other data centre. */
    void shareWith(String dataCentre) {
        site.startServices(Map.of(SPLITTER, List.of(SPLITTER, "--share-with", dataCentre)), Map.of());
    }

    /** From now on, this data centre imports all jobs. */
    void keepAll() {
        site.startServices(Map.of(SPLITTER, List.of(SPLITTER)), Map.of());
    }

    ImportSite site() {
        return site;
    }

    /**
     * Waits until the gateway has read its history and answers clients.
     *
     * @throws ServerFailedException if it is not ready within a minute
     */
    public void awaitReady() {
        site.awaitReady();
    }

    /** The address of the page. */
    public URI page() {
        return site.page();
    }

    /** The URL of the channels. */
    public URI channels() {
        return site.channels();
    }

    /** The process that serves the channels. */
    public ConnectWorker gateway() {
        return site.gateway();
    }

    /** The log of each service. */
    public List<Path> logs() {
        return site.logs();
    }

    /**
     * Starts the gateway again if it has ended, as a supervisor does.
     *
     * @throws ServerFailedException if the gateway does not start, or a service has ended
     */
    public void supervise() {
        site.supervise();
    }

    /** Stops the services and the gateway. */
    @Override
    public void close() {
        site.close();
    }
}
