/** How soon a posted connector delivers, and how much memory idle connectors need, compared with Debezium's. */
package io.millrace.benchmarks.start;
