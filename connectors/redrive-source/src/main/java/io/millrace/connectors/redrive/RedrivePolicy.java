package io.millrace.connectors.redrive;

import io.millrace.connectors.redrive.letters.LetterCondition;
import io.millrace.connectors.redrive.letters.LetterFormat;
import io.millrace.connectors.redrive.letters.RedriveTarget;
import java.util.Optional;

/**
 * Which letters come back, when, how often and where to.
 *
 * @param format the headers of the letters
 * @param condition chooses the letters; empty for all
 * @param backoff how long they wait
 * @param maxAttempts how many times a record is brought back; when it is refused after that, it is parked
 * @param target their target
 */
record RedrivePolicy(
        LetterFormat format,
        Optional<LetterCondition> condition,
        RedriveBackoff backoff,
        int maxAttempts,
        RedriveTarget target) {}
