/** The dialect of PostgreSQL. */
@NullMarked
package io.millrace.connectors.projection.database.postgresql;

import org.jspecify.annotations.NullMarked;
