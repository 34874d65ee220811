/** A source connector that brings records of dead letter queues back. */
@NullMarked
package io.millrace.connectors.redrive;

import org.jspecify.annotations.NullMarked;
