/**
 * The shop's pipeline on one machine without containers: a MySQL server, a Kafka broker, an S3 server and a Connect worker
 * with the plugins. The quickstart and the integration tests run on it.
 */
package io.millrace.local;
