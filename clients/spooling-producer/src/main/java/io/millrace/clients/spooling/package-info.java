/**
 * A producer that stores its records in S3 or a shared folder while Kafka does not take them. The source connector of the spool brings
 * them to Kafka afterwards.
 */
@NullMarked
package io.millrace.clients.spooling;

import org.jspecify.annotations.NullMarked;
