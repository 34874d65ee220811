package io.millrace.expressions;

/**
 * A text constant that a condition compares with a path.
 *
 * @param path the path
 * @param text the constant
 * @param ordered whether the comparison is one of order, as {@code <}, and not of equality
 */
public record ComparedText(Path path, String text, boolean ordered) {}
