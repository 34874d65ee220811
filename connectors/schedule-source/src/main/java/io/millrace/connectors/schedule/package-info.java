/** A source connector that writes messages at the times that commands on a topic set. */
@NullMarked
package io.millrace.connectors.schedule;

import org.jspecify.annotations.NullMarked;
