/**
 * Three services that share tables: one writes the supported countries, one derives the time zones of these countries, and one
 * answers from both tables.
 */
@NullMarked
package io.millrace.examples.tables;

import org.jspecify.annotations.NullMarked;
