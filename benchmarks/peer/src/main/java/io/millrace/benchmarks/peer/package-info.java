/** The peer that the transforms are measured against, with the version of Debezium that its scripting needs. */
package io.millrace.benchmarks.peer;
