package io.millrace.tools.status;

/**
 * Something that is wrong, and what to do.
 *
 * @param connector the connector that it concerns; empty if it concerns the cluster
 * @param problem what is wrong
 * @param remedy what to do
 * @param section the section of the runbook that has the steps
 */
record StatusProblem(String connector, String problem, String remedy, RunbookSection section) {}
