/** Payloads as chunks in a topic of Kafka. */
@NullMarked
package io.millrace.payloads.chunks;

import org.jspecify.annotations.NullMarked;
