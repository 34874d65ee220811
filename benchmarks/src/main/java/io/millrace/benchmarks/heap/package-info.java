/** The smallest heap in which a worker writes backlogs that are larger than it. */
package io.millrace.benchmarks.heap;
