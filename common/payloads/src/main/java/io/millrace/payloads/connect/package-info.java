/**
 * Payloads in the fields of Connect's records: the schema that a large value's field gets, how configured paths find such
 * values, and the way of whole records there and back.
 */
package io.millrace.payloads.connect;
