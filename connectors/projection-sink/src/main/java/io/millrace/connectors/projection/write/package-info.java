/** Writes batches of records to views on a thread of its own. */
@NullMarked
package io.millrace.connectors.projection.write;

import org.jspecify.annotations.NullMarked;
