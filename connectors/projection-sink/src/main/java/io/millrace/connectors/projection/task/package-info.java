/** A started task. */
@NullMarked
package io.millrace.connectors.projection.task;

import org.jspecify.annotations.NullMarked;
