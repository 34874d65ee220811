/** A record writes a row for each element of an array. */
@NullMarked
package io.millrace.connectors.projection.kind.explode;

import org.jspecify.annotations.NullMarked;
