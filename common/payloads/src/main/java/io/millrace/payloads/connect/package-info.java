/**
 * Payloads in the fields of Connect's records: the schema of a payload, the configured paths that lead to large values, and
 * the rewriting of whole records.
 */
@NullMarked
package io.millrace.payloads.connect;

import org.jspecify.annotations.NullMarked;
