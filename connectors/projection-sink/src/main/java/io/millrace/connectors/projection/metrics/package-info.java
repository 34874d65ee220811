/** What a task has done, shown in JMX. */
@NullMarked
package io.millrace.connectors.projection.metrics;

import org.jspecify.annotations.NullMarked;
