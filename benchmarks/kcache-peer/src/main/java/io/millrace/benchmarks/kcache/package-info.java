/** KCache as a contender of the benchmark of tables. */
package io.millrace.benchmarks.kcache;
