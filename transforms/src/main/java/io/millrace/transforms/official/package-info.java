/**
 * Makes official events of change events: {@link io.millrace.transforms.official.ChangeScope} reads the record,
 * {@link io.millrace.transforms.official.Rules} finds the rule, {@link io.millrace.transforms.official.EventMapping} makes
 * the event.
 */
@NullMarked
package io.millrace.transforms.official;

import org.jspecify.annotations.NullMarked;
