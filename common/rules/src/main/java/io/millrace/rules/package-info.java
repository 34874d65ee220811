/**
 * Maps change events to official events: {@link io.millrace.rules.ChangeScope} reads the record,
 * {@link io.millrace.rules.Rules} finds the rule, {@link io.millrace.rules.EventMapping} makes the event.
 */
@NullMarked
package io.millrace.rules;

import org.jspecify.annotations.NullMarked;
