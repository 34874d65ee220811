package io.millrace.connectors.projection;

import org.apache.kafka.connect.data.Schema;

/**
 * A value as a record has it, and what it stands for.
 *
 * @param schema null if it has none
 * @param meaning a BigDecimal, Boolean, String, byte[], LocalDate, LocalDateTime or Duration; a {@link Document}; null if it
 *     stands for nothing that a column could have
 */
record Sample(Schema schema, Object value, Object meaning) {
    /** A JSON document. */
    record Document(String text) {}

    @Override
    public String toString() {
        return (schema == null ? "no schema" : schema.name() == null ? schema.type() : schema.name()) + " of "
                + meaning;
    }
}
