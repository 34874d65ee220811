/** Common parts of the measurements on real servers: servers, processes, figures and tables. */
package io.millrace.benchmarks.harness;
