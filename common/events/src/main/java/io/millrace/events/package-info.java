/**
 * What an official event is: the names of its headers, the identity of the change it speaks of, and the request context
 * that travels with it. Everything here depends on Kafka Connect's API types alone, so that every plugin can share it.
 */
@NullMarked
package io.millrace.events;

import org.jspecify.annotations.NullMarked;
