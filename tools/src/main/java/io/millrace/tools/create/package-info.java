/** {@code millrace new}: the configuration of a source and a sink for tables that exist. */
@NullMarked
package io.millrace.tools.create;

import org.jspecify.annotations.NullMarked;
