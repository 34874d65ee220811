/**
 * The format of official events: the names of their headers, and the identity of the change. This package depends only
 * on Kafka Connect's API, so that every plugin can use it.
 */
@NullMarked
package io.millrace.events;

import org.jspecify.annotations.NullMarked;
