package io.millrace.clients.spooling;

/**
 * How records are routed.
 *
 * @param order whether records of one key keep their order
 * @param afterMs how long Kafka has for its answer
 * @param memoryBytes of records that may wait
 * @param maxBlockMs how long a call waits for memory
 * @param batchBytes of records in one object
 * @param lingerMs how long a record waits for others of its object
 * @param storeTimeoutMs how long the store is tried, after Kafka was
 */
record RouterSettings(
        SpoolOrder order,
        long afterMs,
        long memoryBytes,
        long maxBlockMs,
        int batchBytes,
        long lingerMs,
        long storeTimeoutMs) {}
