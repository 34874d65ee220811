/** Makes Connect's values fit the columns of tables. */
@NullMarked
package io.millrace.connectors.projection.value;

import org.jspecify.annotations.NullMarked;
