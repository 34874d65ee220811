package io.millrace.expressions;

/**
 * A named value that is made of a record: a field of an event, a column of a view.
 *
 * @param name the field's name
 * @param expression computes the value
 */
public record Field(String name, Expression expression) {}
