/** The fault campaign of tables: {@code it-tests/table-faults}. */
@NullMarked
package io.millrace.clients.tables.faults;

import org.jspecify.annotations.NullMarked;
