package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.catalog.CatalogReader;
import io.millrace.connectors.projection.catalog.TableChanger;
import io.millrace.connectors.projection.catalog.ViewCatalog;
import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.partitions.KafkaLogs;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a task: connects, reads the views, creates the ledger if it is missing. The database may be unavailable for
 * longer than Connect may wait, so the views are read in the background, and partitions that Connect assigns meanwhile
 * are paused. A rebuild begins when the task has its first partitions, see {@link RebuildSteps#begin}.
 *
 * <p>For one thread, as Connect calls tasks.
 */
public final class SinkStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkStart.class);
    /** How often a task without partitions reads whether another one has begun the rebuild. */
    private static final Duration TIME_BETWEEN_READS = Duration.ofSeconds(1);
    /** Connect waits for a task that gets partitions. */
    private static final Duration TIME_TO_BEGIN = Duration.ofSeconds(2);

    private final ProjectionSinkConfig config;
    private final SinkTaskContext context;
    private final Offsets offsets;
    private final RetryingDatabase database;
    private final BackgroundWork background;
    private final RebuildSteps rebuild;
    private final Optional<KafkaLogs> logs;
    private final TopicViews topicViews;
    private final Set<TopicPartition> opened = new LinkedHashSet<>();
    private boolean hasPartitions;
    private long nextReadNanos;
    private @Nullable RunningSink sink;

    /** Begins to start a task. */
    public SinkStart(ProjectionSinkConfig config, SinkTaskContext context) {
        this.config = config;
        this.context = context;
        this.offsets = config.offsets();
        this.database = new RetryingDatabase(config.connection(), config.retryTimeoutMs());
        this.background = new BackgroundWork("millrace-steps-" + config.connectorName());
        this.rebuild = new RebuildSteps(config.rebuild(), config.viewAdmission(), context);
        this.logs = config.kafkaLogs();
        this.topicViews = new TopicViews(config);
        if (config.keepsLedger() && logs.isEmpty()) {
            LOG.warn("Topic identity is not checked: recreated topics are not detected. Set"
                    + " kafka.bootstrap.servers, and topic.identity=checked");
        }
        config.lookups().open();
        readInBackground();
    }

    private void readInBackground() {
        boolean mayBegin = hasPartitions;
        background.begin(
                () -> {
                    config.lookups().awaitReady();
                    return database.run(
                            "start", connected -> readProjections(config, offsets, rebuild, connected, mayBegin));
                },
                projections -> {
                    projections.ifPresent(read -> sink = new RunningSink(this, withTopicViews(read)));
                    nextReadNanos = System.nanoTime() + TIME_BETWEEN_READS.toNanos();
                });
    }

    private List<Projection> withTopicViews(List<Projection> projections) {
        List<Projection> all = new ArrayList<>(projections);
        if (!topicViews.isEmpty()) {
            all.add(topicViews);
        }
        return List.copyOf(all);
    }

    /**
     * Reads the views' tables, without those of topics, and creates what is missing.
     *
     * @return empty if they are to be rebuilt, and the rebuild has not begun
     */
    static Optional<List<Projection>> readProjections(
            ProjectionSinkConfig config, Offsets offsets, RebuildSteps rebuild, Database connected, boolean mayBegin)
            throws SQLException {
        offsets.prepareTask(connected.connection());
        Optional<List<ProjectionDefinition>> definitions =
                rebuild.begin(connected, config.fixedProjections(), mayBegin);
        if (definitions.isEmpty()) {
            return Optional.empty();
        }
        CatalogReader reader = new CatalogReader(definitions.get(), config.evolution());
        ViewCatalog catalog = new TableChanger(reader).completeTables(connected);
        if (!catalog.problems().isEmpty()) {
            throw catalog.problems().get(0).toException(config.originalsStrings());
        }
        rebuild.confirmTables(connected);
        return Optional.of(catalog.projections());
    }

    /**
     * Waits until the task is started, but not for longer than this.
     *
     * @return empty if it is not started yet
     * @throws org.apache.kafka.common.config.ConfigException if the views do not match the projections
     * @throws org.apache.kafka.connect.errors.ConnectException if the database cannot be reached within the retry timeout
     */
    public Optional<RunningSink> awaitSink(Duration timeout) {
        if (sink == null) {
            if (background.isIdle() && System.nanoTime() - nextReadNanos >= 0) {
                readInBackground();
            }
            background.handleResults(timeout);
            if (sink != null) {
                sink.open(opened);
                opened.clear();
            }
        }
        if (sink == null) {
            context.timeout(RunningSink.CALL_AGAIN_MS);
        }
        return Optional.ofNullable(sink);
    }

    /** Keeps partitions for the task, paused. With the first ones a rebuild may begin. */
    public void hold(Collection<TopicPartition> partitions) {
        opened.addAll(partitions);
        if (partitions.isEmpty()) {
            return;
        }
        context.pause(partitions.toArray(TopicPartition[]::new));
        if (!hasPartitions) {
            hasPartitions = true;
            if (background.isIdle()) {
                readInBackground();
                awaitSink(TIME_TO_BEGIN);
            }
        }
    }

    /** Releases partitions that Connect takes away. */
    public void close(Collection<TopicPartition> partitions) {
        opened.removeAll(partitions);
        if (sink != null) {
            sink.close(partitions);
        }
    }

    ProjectionSinkConfig config() {
        return config;
    }

    SinkTaskContext context() {
        return context;
    }

    Offsets offsets() {
        return offsets;
    }

    RetryingDatabase database() {
        return database;
    }

    BackgroundWork background() {
        return background;
    }

    RebuildSteps rebuild() {
        return rebuild;
    }

    TopicViews topicViews() {
        return topicViews;
    }

    Optional<KafkaLogs> logs() {
        return logs;
    }

    /** Ends what runs, the task included. */
    @Override
    public void close() {
        try {
            background.close();
            database.close();
            if (sink != null) {
                sink.close();
            }
        } finally {
            config.lookups().close();
            logs.ifPresent(KafkaLogs::close);
        }
    }
}
