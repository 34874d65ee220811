/** Tables as the sink sees them: names, columns, views, keys of rows. */
@NullMarked
package io.millrace.connectors.projection.table;

import org.jspecify.annotations.NullMarked;
