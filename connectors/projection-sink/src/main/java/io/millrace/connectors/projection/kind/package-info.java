/** What a kind of projection has to provide, and what kinds have in common. */
@NullMarked
package io.millrace.connectors.projection.kind;

import org.jspecify.annotations.NullMarked;
