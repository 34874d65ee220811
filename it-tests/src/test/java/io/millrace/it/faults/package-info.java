/** Nothing is lost, repeated or reordered when servers are killed, restarted or replaced. */
package io.millrace.it.faults;
