/** Payloads that are too large for a record: references to them, and what writes and reads them through a store. */
@NullMarked
package io.millrace.payloads;

import org.jspecify.annotations.NullMarked;
