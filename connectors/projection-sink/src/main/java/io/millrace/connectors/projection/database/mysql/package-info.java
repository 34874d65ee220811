/** The dialect of MySQL. */
@NullMarked
package io.millrace.connectors.projection.database.mysql;

import org.jspecify.annotations.NullMarked;
