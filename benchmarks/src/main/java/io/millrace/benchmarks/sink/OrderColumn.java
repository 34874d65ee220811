package io.millrace.benchmarks.sink;

import java.math.BigDecimal;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;

/** A column of the view, and a field of the records. */
record OrderColumn(String name, ValueType type) {
    /** The types of columns: whole numbers, texts, and numbers of two decimals. */
    enum ValueType {
        INTEGER("BIGINT", "bigint") {
            @Override
            Schema schema() {
                return Schema.INT64_SCHEMA;
            }

            @Override
            Object value(long random) {
                return random >>> 1;
            }
        },
        TEXT("VARCHAR(40)", "text") {
            @Override
            Schema schema() {
                return Schema.STRING_SCHEMA;
            }

            @Override
            Object value(long random) {
                return "text-" + Long.remainderUnsigned(random, 1_000_000);
            }
        },
        NUMBER("DECIMAL(12, 2)", "numeric") {
            @Override
            Schema schema() {
                return Decimal.schema(2);
            }

            @Override
            Object value(long random) {
                return BigDecimal.valueOf(Long.remainderUnsigned(random >>> 7, 1_000_000), 2);
            }
        };

        private final String sql;
        private final String element;

        ValueType(String sql, String element) {
            this.sql = sql;
            this.element = element;
        }

        /** The type in every database's words. */
        String sql() {
            return sql;
        }

        /** The type of an array's elements in PostgreSQL. */
        String element() {
            return element;
        }

        abstract Schema schema();

        /** A value of a random number. */
        abstract Object value(long random);
    }
}
