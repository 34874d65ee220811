/** Schedules in a database, by db-scheduler. */
package io.millrace.benchmarks.dbscheduler;
