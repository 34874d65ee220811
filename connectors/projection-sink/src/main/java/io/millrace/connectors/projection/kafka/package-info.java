/** Queries Kafka about the topics that a sink reads. */
@NullMarked
package io.millrace.connectors.projection.kafka;

import org.jspecify.annotations.NullMarked;
