/**
 * The read side of the pattern: a service that answers queries from the views and asks nobody else, so that it goes on
 * answering while the shop's database, Kafka and Connect are down.
 */
@NullMarked
package io.millrace.examples.queries;

import org.jspecify.annotations.NullMarked;
