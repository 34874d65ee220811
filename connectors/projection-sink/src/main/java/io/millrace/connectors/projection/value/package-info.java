/** Converts Connect's values to the types of columns. */
@NullMarked
package io.millrace.connectors.projection.value;

import org.jspecify.annotations.NullMarked;
