package io.millrace.local.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The large object that a site is: its apps (version by id; an app whose version ends in {@code -off} is not enabled), its
 * theme, and its pages, which are most of it and which no view needs.
 */
public record SiteDocument(Map<String, String> apps, int pages) {
    private static final String OFF = "-off";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PARAGRAPH = "A page of the site, which no view reads. ".repeat(8);

    public SiteDocument {
        apps = Collections.unmodifiableMap(new TreeMap<>(apps));
    }

    /** The same document with this app installed, or in this version. */
    public SiteDocument with(String app, String version) {
        Map<String, String> changed = new TreeMap<>(apps);
        changed.put(app, version);
        return new SiteDocument(changed, pages);
    }

    /** The same document without this app. */
    public SiteDocument without(String app) {
        Map<String, String> changed = new TreeMap<>(apps);
        changed.remove(app);
        return new SiteDocument(changed, pages);
    }

    String json() {
        ObjectNode document = JSON.createObjectNode();
        ArrayNode appNodes = document.putArray("apps");
        apps.forEach((id, version) -> appNodes.addObject()
                .put("id", id)
                .put("version", version.replace(OFF, ""))
                .put("enabled", !version.endsWith(OFF)));
        document.putObject("theme").put("name", "plain").put("colour", "#204060");
        ArrayNode pageNodes = document.putArray("pages");
        for (int i = 1; i <= pages; i++) {
            pageNodes.addObject().put("path", "/page/" + i).put("text", PARAGRAPH);
        }
        return document.toString();
    }
}
