/** The source connector round Debezium's, on real servers: what it does while changes are dropped, refused or stopped. */
package io.millrace.it.source;
