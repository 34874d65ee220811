/** Large values take their way past Kafka and are complete behind it. */
package io.millrace.it.payloads;
