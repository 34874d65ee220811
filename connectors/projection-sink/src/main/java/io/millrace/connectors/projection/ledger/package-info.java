/** The offsets at which partitions resume, and what else the ledger has of a connector. */
@NullMarked
package io.millrace.connectors.projection.ledger;

import org.jspecify.annotations.NullMarked;
