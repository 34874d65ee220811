/** Matches projections with the tables that they write, and creates what is missing. */
@NullMarked
package io.millrace.connectors.projection.catalog;

import org.jspecify.annotations.NullMarked;
