/** Payloads that are too large for a record: references, and the writer and reader of payloads in a store. */
@NullMarked
package io.millrace.payloads;

import org.jspecify.annotations.NullMarked;
