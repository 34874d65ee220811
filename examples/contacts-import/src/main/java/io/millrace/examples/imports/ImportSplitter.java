package io.millrace.examples.imports;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Splits each requested import into jobs. The number of jobs of an import is part of each job. A job belongs to one data centre, and a
 * second split of an import gives the same jobs.
 */
final class ImportSplitter implements ImportEvents.Handler {
    static final String TOPIC = "imports.requested";
    static final String GROUP = "import-splitter";

    private static final Logger LOG = LoggerFactory.getLogger(ImportSplitter.class);
    private static final int CONTACTS_OF_JOB = 100;

    private final ImportTables tables;
    private final String dataCentre;

    /**
     * A splitter.
     *
     * @param dataCentre the data centre that imports every second job; empty if this one imports all jobs
     */
    ImportSplitter(ImportTables tables, String dataCentre) {
        this.tables = tables;
        this.dataCentre = dataCentre;
    }

    @Override
    public void handle(String importId) throws SQLException {
        Optional<String> csv = tables.findCsv(importId);
        if (csv.isEmpty()) {
            LOG.warn("Import {} was deleted", importId);
            return;
        }
        List<String> parts = splitContacts(ContactsCsv.readUpload(csv.get()));
        tables.insertJobs(importId, parts, dataCentre);
        LOG.info("Split import {} into {} jobs", importId, parts.size());
    }

    /** The texts of the jobs. */
    static List<String> splitContacts(List<String> records) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < records.size(); i += CONTACTS_OF_JOB) {
            parts.add(String.join("\n", records.subList(i, Math.min(records.size(), i + CONTACTS_OF_JOB))));
        }
        return parts;
    }
}
