/** What the measurements on real servers share: their servers, the work of a process, figures and tables. */
package io.millrace.benchmarks.harness;
