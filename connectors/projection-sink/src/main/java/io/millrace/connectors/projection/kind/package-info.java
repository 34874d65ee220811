/** The interface of a kind of projection, and the common parts of all kinds. */
@NullMarked
package io.millrace.connectors.projection.kind;

import org.jspecify.annotations.NullMarked;
