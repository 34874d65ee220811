/** Large payloads as chunks in a topic, compared with a plain producer of the same bytes. */
package io.millrace.benchmarks.chunks;
