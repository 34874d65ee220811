package io.millrace.connectors.spool;

/** Whether records that may be in Kafka already are looked up there. */
enum LogVerification {
    /** In the log of their partition, by the id of the event. */
    LOG,
    /** Records are sent without a look at the log. Two copies of a record have the same id. */
    OFF
}
