/**
 * Servers of tests, without containers: MySQL, PostgreSQL, Kafka, Connect workers, S3 and a schema registry, each a child
 * process on a loopback port of its own.
 */
package io.millrace.testing.servers;
