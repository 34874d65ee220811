package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.TableContent;
import java.math.BigDecimal;

/** A row of the view, and the value of a record. */
public record Order(long id, String customer, BigDecimal total, long revision) {
    /** The columns of the view. */
    public static final String COLUMNS = "order_id, customer, total, revision";

    /** The columns' definitions, in every database's words. */
    public static final String DEFINITIONS = "order_id BIGINT NOT NULL PRIMARY KEY, customer VARCHAR(40) NOT NULL,"
            + " total DECIMAL(12, 2) NOT NULL, revision BIGINT NOT NULL";

    /** The CRC-32 of the columns as text with {@code |} between them. */
    long checksum() {
        return TableContent.checksumOf(id + "|" + customer + "|" + total.toPlainString() + "|" + revision);
    }
}
