/** The requirements of projections for tables, with the checks and statements that follow from them. */
@NullMarked
package io.millrace.connectors.projection.requirement;

import org.jspecify.annotations.NullMarked;
