/**
 * The read side of the pattern: a service that answers queries only from the views, so that it continues to answer
 * while the shop's database, Kafka and Connect are down.
 */
@NullMarked
package io.millrace.examples.queries;

import org.jspecify.annotations.NullMarked;
