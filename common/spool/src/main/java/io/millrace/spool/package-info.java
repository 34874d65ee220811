/**
 * The objects in which records wait that a producer could not bring to Kafka: their format, their names, and the store that keeps them.
 * The producer writes them, and the source connector brings them back.
 */
@NullMarked
package io.millrace.spool;

import org.jspecify.annotations.NullMarked;
