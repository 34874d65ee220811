/**
 * How a change event becomes an official event: {@link io.millrace.transforms.official.ChangeEvent} reads the record,
 * {@link io.millrace.transforms.official.Rules} finds the rule, {@link io.millrace.transforms.official.EventShape} makes the
 * event.
 */
package io.millrace.transforms.official;
