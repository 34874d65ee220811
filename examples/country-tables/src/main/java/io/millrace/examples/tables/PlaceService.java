package io.millrace.examples.tables;

import io.millrace.examples.tables.TextServer.Request;
import io.millrace.examples.tables.TextServer.Response;
import io.millrace.tables.TopicTable;
import java.io.IOException;
import java.util.List;

/**
 * Answers from both tables.
 *
 * <pre>
 * GET /places/DE     200 with the country's name and a line for each of its zones: its id and the codes of its countries
 * </pre>
 *
 * The tables are read independently: a country can be visible before its zones are derived, which have no codes until then.
 */
final class PlaceService implements AutoCloseable {
    private final TopicTable<String, Country> countries;
    private final TopicTable<String, String> zones;
    private final TextServer server;

    private PlaceService(String servers, int port) throws IOException {
        this.countries = ReferenceTopic.COUNTRIES.openTable(servers);
        this.zones = ReferenceTopic.ZONES.openTable(servers);
        this.server = TextServer.bind(port, List.of(countries, zones));
    }

    static PlaceService start(String servers, int port) throws IOException {
        PlaceService service = new PlaceService(servers, port);
        service.server
                .handle("/places/", service::respondPlace)
                .handle("/zones/", service::respondZone)
                .start("/places/");
        return service;
    }

    private Response respondPlace(Request request) {
        Country country = countries.get(request.name());
        if (country == null) {
            return new Response(404, "Not supported");
        }
        StringBuilder text = new StringBuilder(country.name());
        for (String zone : country.zones()) {
            String codes = zones.get(zone);
            text.append('\n').append(zone).append(codes == null ? "" : " " + codes);
        }
        return new Response(200, text.toString());
    }

    private Response respondZone(Request request) {
        String codes = zones.get(request.name());
        return codes == null ? new Response(404, "Not supported") : new Response(200, codes);
    }

    @Override
    public void close() {
        server.close();
        countries.close();
        zones.close();
    }
}
