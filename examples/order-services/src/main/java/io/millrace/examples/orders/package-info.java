/**
 * Services of a shop that pass a request on: one writes orders for HTTP requests, two react to events by writing SQL, from which
 * the next events are made.
 */
@NullMarked
package io.millrace.examples.orders;

import org.jspecify.annotations.NullMarked;
