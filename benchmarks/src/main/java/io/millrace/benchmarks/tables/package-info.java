/** Tables in memory over compacted topics, measured beside other libraries that have them. */
package io.millrace.benchmarks.tables;
