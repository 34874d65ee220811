/** Connections, and what differs between databases: a dialect for each. */
@NullMarked
package io.millrace.connectors.projection.database;

import org.jspecify.annotations.NullMarked;
