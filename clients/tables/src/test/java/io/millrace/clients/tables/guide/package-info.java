/** The sources of the snippets in docs/tables.md. */
@NullMarked
package io.millrace.clients.tables.guide;

import org.jspecify.annotations.NullMarked;
