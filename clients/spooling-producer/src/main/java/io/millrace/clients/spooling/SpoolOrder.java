package io.millrace.clients.spooling;

/** The order in which records reach Kafka across an outage. */
enum SpoolOrder {
    /** Records of one topic and key: in the order sent. */
    KEY,
    /** None: records that Kafka takes again may be earlier than those in the spool. */
    NONE
}
