/** A record adds a row. */
@NullMarked
package io.millrace.connectors.projection.kind.append;

import org.jspecify.annotations.NullMarked;
