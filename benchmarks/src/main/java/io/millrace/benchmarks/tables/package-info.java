/** Measures tables in memory over compacted topics beside those of other libraries. */
package io.millrace.benchmarks.tables;
