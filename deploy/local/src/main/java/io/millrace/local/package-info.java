/**
 * The whole pipeline on one machine without containers: a real MySQL server, a Kafka broker and Connect workers, each a
 * child process on a loopback port of its own. The quickstart and the integration tests run on it.
 */
package io.millrace.local;
