package io.millrace.examples.queries;

import java.time.Instant;
import java.util.Optional;

/**
 * What the views say, and how old it is.
 *
 * @param writtenAt when the sink last wrote, as of the same snapshot that the value is from; empty before its first batch
 */
record Answer<T>(T value, Optional<Instant> writtenAt) {}
