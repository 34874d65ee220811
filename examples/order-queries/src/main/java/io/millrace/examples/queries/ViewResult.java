package io.millrace.examples.queries;

import java.time.Instant;
import java.util.Optional;

/**
 * A value from the views, with its age.
 *
 * @param writtenAt when the sink last wrote, in the snapshot of the value; empty before its first batch
 */
record ViewResult<T>(T value, Optional<Instant> writtenAt) {}
