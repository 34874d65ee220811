/** The speed of every kind of projection, compared with triggers and INSERT … SELECT of the database. */
package io.millrace.benchmarks.views;
