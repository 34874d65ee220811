/**
 * How fast a sink writes the records of a topic to a database, compared with Debezium's sink and with the database
 * alone.
 */
package io.millrace.benchmarks.sink;
