/** A source connector that brings the records of a spool to Kafka. */
@NullMarked
package io.millrace.connectors.spool;

import org.jspecify.annotations.NullMarked;
