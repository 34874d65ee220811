package io.millrace.connectors.projection.write;

import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.connect.FieldPath;
import io.millrace.payloads.connect.RestoredFields;
import java.util.List;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The payloads that records refer to. A record waits as it was consumed, with its references; the writer's thread reads its
 * payloads when the record's batch is written. The methods are for the task's thread.
 */
public final class RecordPayloads implements AutoCloseable {
    private final PayloadReader reader;
    private final List<FieldPath> paths;
    private final RestoredFields fields;

    /**
     * Payloads that a reader reads.
     *
     * @param reader closed by this
     * @param paths the fields that are restored; empty for all
     */
    public RecordPayloads(PayloadReader reader, List<FieldPath> paths) {
        this.reader = reader;
        this.paths = paths;
        this.fields = restoredFields();
    }

    /** The fields to restore, for another thread. */
    RestoredFields restoredFields() {
        return RestoredFields.values(paths, reader);
    }

    /**
     * How many bytes have to be read from a store before the record can be projected.
     *
     * @throws DataException if the record has malformed payloads
     */
    long bytesToRead(SinkRecord record) {
        return fields.bytesToRead(record);
    }

    /**
     * Restores a record for which nothing has to be read.
     *
     * @throws DataException if the record has malformed payloads
     */
    SinkRecord restore(SinkRecord record) {
        return fields.restoreNow(record);
    }

    @Override
    public void close() {
        reader.close();
    }
}
