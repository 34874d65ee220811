/** Compares the channel sink with other servers that push events to browsers. */
package io.millrace.benchmarks.channels;
