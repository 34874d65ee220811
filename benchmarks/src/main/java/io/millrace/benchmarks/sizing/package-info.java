/** What to buy for what load: a formula over measured costs, and a simulation of a day that checks it. */
package io.millrace.benchmarks.sizing;
