/** A record writes or deletes a row. */
@NullMarked
package io.millrace.connectors.projection.kind.upsert;

import org.jspecify.annotations.NullMarked;
