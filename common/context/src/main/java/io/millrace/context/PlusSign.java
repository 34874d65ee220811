package io.millrace.context;

/** The meaning of a plus sign in an sqlcommenter value. */
enum PlusSign {
    /** Itself, as the specification has it. */
    PLUS,
    /** A space, as libraries write it that encode values as forms do. */
    SPACE
}
