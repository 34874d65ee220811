/** Rebuilds views in shadows, and swaps them. */
@NullMarked
package io.millrace.connectors.projection.rebuild;

import org.jspecify.annotations.NullMarked;
