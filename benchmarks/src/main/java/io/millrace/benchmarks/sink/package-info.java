/** How fast a sink writes the records of a topic to a database, beside Debezium's and beside no sink at all. */
package io.millrace.benchmarks.sink;
