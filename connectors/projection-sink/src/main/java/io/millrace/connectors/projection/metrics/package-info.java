/** The metrics of a task, published in JMX. */
@NullMarked
package io.millrace.connectors.projection.metrics;

import org.jspecify.annotations.NullMarked;
