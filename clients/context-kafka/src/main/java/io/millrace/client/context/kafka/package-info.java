/**
 * The request context in the headers of Kafka's records: producers write it, and a consumer handles each record in its context.
 *
 * <p>The headers have the names and the form, UTF-8 text, of those that {@code InjectContext} writes.
 */
@NullMarked
package io.millrace.client.context.kafka;

import org.jspecify.annotations.NullMarked;
