/** Payloads that are too large for a record: references to them, the stores that hold them, and the way there and back. */
package io.millrace.payloads;
