package io.millrace.local.imports;

import io.millrace.local.LocalPipeline;
import io.millrace.local.PipelineSettings;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A data centre that imports every second job: servers of its own, below {@code east} of the pipeline's directory, an importer, a gateway,
 * and a page whose uploads go to the first data centre. MirrorMaker's connectors bring the jobs and the notifications to it, and the
 * reports of its jobs back, exactly once. For one thread.
 */
public final class SecondDataCentre implements AutoCloseable {
    /** The name of the data centre. */
    public static final String NAME = "east";
    /** The connector of the first data centre that brings the reports back. */
    public static final String MIRROR_TO_WEST = "mirror-to-west";

    private final ImportPipeline west;
    private final ImportSite site;

    private SecondDataCentre(ImportPipeline west, ImportSite site) {
        this.west = west;
        this.site = site;
    }

    /**
     * Starts everything, with new data, and lets the splitter of the first data centre share its jobs. Returns when the page answers, the
     * gateway is ready, and the importer has partitions.
     *
     * @param west is not closed with this
     * @param pause of the importer before each job
     * @param progress receives a short description of the next step
     * @throws ServerFailedException if a part does not start
     */
    public static SecondDataCentre start(
            Installation installation, ImportPipeline west, Duration pause, Consumer<String> progress) {
        LocalPipeline first = west.site().pipeline();
        Consumer<String> steps = step -> progress.accept(NAME + ": " + step);
        LocalPipeline pipeline = LocalPipeline.start(
                installation, first.directory().resolve(NAME), new PipelineSettings(false, Map.of(), Map.of(), steps));
        SecondDataCentre started = new SecondDataCentre(west, new ImportSite(installation, pipeline, NAME));
        try {
            started.start(pause, steps);
            return started;
        } catch (RuntimeException e) {
            started.stopServers();
            throw e;
        }
    }

    private void start(Duration pause, Consumer<String> steps) {
        LocalPipeline first = west.site().pipeline();
        site.applySql("sql");
        site.applySql("two-clusters/sql");
        site.createTopics("topics.sh");
        west.site().createTopics("two-clusters/topics.sh");
        steps.accept("posting the connectors of the import");
        site.post(
                first.bootstrapServers(),
                "two-clusters/10-mirror-to-east.json",
                "two-clusters/20-import-jobs.json",
                "connectors/10-imports-source.json");
        west.site().post(pipeline().bootstrapServers(), "two-clusters/30-mirror-to-west.json");
        steps.accept("starting the gateway");
        site.startGateway();
        steps.accept("starting the services of the import");
        site.startServices(
                Map.of(
                        "importer-east",
                        List.of("importer", "importer-east", "--pause", Long.toString(pause.toMillis()))),
                Map.of());
        site.startServices(Map.of("service", List.of("service")), west.site().contactsDatabase());
        west.shareWith(NAME);
    }

    /** The servers of the data centre. */
    public LocalPipeline pipeline() {
        return site.pipeline();
    }

    /** The address of the page, whose uploads go to the first data centre. */
    public URI page() {
        return site.page();
    }

    /** The URL of the channels. */
    public URI channels() {
        return site.channels();
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

    /** Lets the first data centre import all jobs again, and stops the servers and services of this one. */
    @Override
    public void close() {
        try {
            west.keepAll();
            west.site().pipeline().rest().delete(MIRROR_TO_WEST);
        } catch (IOException e) {
            throw new UncheckedIOException("The mirror " + MIRROR_TO_WEST + " cannot be deleted", e);
        } finally {
            stopServers();
        }
    }

    private void stopServers() {
        site.close();
        pipeline().close();
    }
}
