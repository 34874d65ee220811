package io.millrace.examples.imports;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Imports the contacts of jobs. The importers are one consumer group, so each job has one of them. */
final class ContactImporter implements ImportEvents.Handler {
    static final String TOPIC = "imports.jobs";
    static final String GROUP = "importers";

    private static final Logger LOG = LoggerFactory.getLogger(ContactImporter.class);

    private final ImportTables tables;
    private final String name;
    private final Duration pause;
    private final boolean twice;

    /**
     * An importer.
     *
     * @param name of this importer, for the rows of its jobs
     * @param pause before each job, for an importer that is slow
     * @param twice whether it reports each job twice
     */
    ContactImporter(ImportTables tables, String name, Duration pause, boolean twice) {
        this.tables = tables;
        this.name = name;
        this.pause = pause;
        this.twice = twice;
    }

    @Override
    public void handle(String jobId) throws SQLException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        Optional<ImportTables.JobResult> result = tables.importJob(jobId, name);
        if (result.isEmpty()) {
            LOG.info("Nothing to do, job {} is done", jobId);
            return;
        }
        LOG.info(
                "Done job {}, imported {}, refused {}",
                jobId,
                result.get().imported(),
                result.get().refused());
        if (twice) {
            tables.reportAgain(jobId);
            LOG.info("Reported job {} again", jobId);
        }
    }
}
