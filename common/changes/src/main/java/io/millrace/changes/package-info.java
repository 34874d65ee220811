/** Reads change events of Debezium's connectors: envelope, rows, source block, the place of a record, values as text. */
@NullMarked
package io.millrace.changes;

import org.jspecify.annotations.NullMarked;
