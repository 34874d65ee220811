/** In-memory key-value tables that are loaded from compacted topics and kept current. */
@NullMarked
package io.millrace.tables;

import org.jspecify.annotations.NullMarked;
