/** The cost of attaching the request to statements, compared with other libraries that wrap JDBC. */
package io.millrace.benchmarks.context;
