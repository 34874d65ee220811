/** How fast a source catches up with a binlog, from the record of a change to the committed record in Kafka. */
package io.millrace.benchmarks.source;
