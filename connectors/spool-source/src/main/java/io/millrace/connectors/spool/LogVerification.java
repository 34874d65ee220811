package io.millrace.connectors.spool;

/** Whether records that may be in Kafka already are looked up there. */
enum LogVerification {
    /** In the log of their partition, by the id of the event. */
    LOG,
    /** Not at all: they are sent, and those that are there twice have one id. */
    OFF
}
