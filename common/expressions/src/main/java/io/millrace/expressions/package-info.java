/**
 * Expressions in the Common Expression Language over the values of Connect records, and the lists of named fields that
 * events and views are made of. Compiled once, when a plugin is configured; safe for many threads.
 */
@NullMarked
package io.millrace.expressions;

import org.jspecify.annotations.NullMarked;
