/** Changes of rows and of groups of rows, merged together because kinds that make them may share a view. */
@NullMarked
package io.millrace.connectors.projection.kind.rows;

import org.jspecify.annotations.NullMarked;
