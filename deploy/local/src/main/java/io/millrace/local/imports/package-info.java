/** The contacts import of {@code examples/contacts-import} over a local pipeline. */
@NullMarked
package io.millrace.local.imports;

import org.jspecify.annotations.NullMarked;
