/** A source connector round another one, which stores large values of the records that the other one reads. */
package io.millrace.connectors.claimcheck;
