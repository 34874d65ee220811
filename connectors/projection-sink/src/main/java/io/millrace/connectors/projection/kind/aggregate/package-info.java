/** A record changes the counts, sums and the like of a group. */
@NullMarked
package io.millrace.connectors.projection.kind.aggregate;

import org.jspecify.annotations.NullMarked;
