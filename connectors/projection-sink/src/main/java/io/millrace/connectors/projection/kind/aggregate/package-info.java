/** The kind {@code aggregate}: a record changes the counts, sums and other aggregates of a group. */
@NullMarked
package io.millrace.connectors.projection.kind.aggregate;

import org.jspecify.annotations.NullMarked;
