package io.millrace.connectors.projection.requirement;

/** Which projections may write one view together. */
public enum ViewSharing {
    /** All whose changes are merged by rows and groups of rows. */
    BY_ROW,
    /** Those of the same kind. */
    SAME_KIND,
    /** None. */
    ALONE
}
