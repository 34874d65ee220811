/** Tables over compacted topics in expressions: {@code lookup('countries', row.country).name}. */
@NullMarked
package io.millrace.lookups;

import org.jspecify.annotations.NullMarked;
