/** A source connector that reads topics, so that transforms make events of their records. */
@NullMarked
package io.millrace.connectors.topic;

import org.jspecify.annotations.NullMarked;
