/** The same plugin archive on other versions of Kafka Connect and of Java. */
package io.millrace.it.compatibility;
