package io.millrace.examples.imports;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far an import is, for a page that begins to show it.
 *
 * @param requestId the request of the upload
 * @param contacts the number of contacts of the upload
 * @param jobs the number of jobs; 0 until the first one is done
 * @param finished the number of jobs that are done
 * @param imported the contacts that are imported
 * @param refused the contacts that are not valid
 * @param completed whether all jobs are done
 */
record ImportState(
        String requestId, int contacts, int jobs, long finished, long imported, long refused, boolean completed) {
    /** With the names of the events' fields. */
    Map<String, Object> toJson(String id) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("import_id", id);
        members.put("request_id", requestId);
        members.put("contacts", contacts);
        members.put("jobs", jobs);
        members.put("finished", finished);
        members.put("imported", imported);
        members.put("refused", refused);
        members.put("completed", completed);
        return members;
    }
}
