/** The ledger: the offsets at which partitions resume, and the other rows of a connector. */
@NullMarked
package io.millrace.connectors.projection.ledger;

import org.jspecify.annotations.NullMarked;
