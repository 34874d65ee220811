/** Large payloads as chunks in a topic, beside a plain producer of the same bytes. */
package io.millrace.benchmarks.chunks;
