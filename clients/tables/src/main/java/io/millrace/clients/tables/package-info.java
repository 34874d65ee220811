/**
 * Tables over compacted topics for Java services: {@link io.millrace.clients.tables.Tables} opens them, {@link
 * io.millrace.clients.tables.TableWriter} writes their topics.
 */
@NullMarked
package io.millrace.clients.tables;

import org.jspecify.annotations.NullMarked;
