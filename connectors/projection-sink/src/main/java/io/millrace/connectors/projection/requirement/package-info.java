/** What projections need of tables, and the checks and statements that follow from it. */
@NullMarked
package io.millrace.connectors.projection.requirement;

import org.jspecify.annotations.NullMarked;
