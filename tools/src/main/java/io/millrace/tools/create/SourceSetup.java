package io.millrace.tools.create;

import java.util.List;
import java.util.Map;

/** What a source needs beside its events, in the database that it reads: options, privileges, and settings of the server. */
interface SourceSetup {
    /** The options of the source that no other database has. */
    Map<String, String> options(GeneratedConnectors connectors);

    /** Whether the changes have the request's context. */
    boolean hasContext();

    /** The statements that grant the source's account what it needs, and no more. */
    List<String> grants(MappingPlan plan);

    /** Prints what is not as the source needs it, and what could not be read. */
    void print(MappingPlan plan, NewReport report);
}
