package io.millrace.examples.tables;

import io.millrace.clients.tables.TableWriter;
import io.millrace.examples.tables.TextServer.Request;
import io.millrace.examples.tables.TextServer.Response;
import io.millrace.tables.TablePosition;
import io.millrace.tables.TopicTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Keeps the supported countries, and owns their topic. A request that writes is answered when this service reads what was written.
 *
 * <pre>
 * PUT /countries/DE     the lines of a {@link Country}     200
 * DELETE /countries/DE                                     200
 * GET /countries/DE                                        200 with the lines, or 404
 * </pre>
 */
final class CountryService implements AutoCloseable {
    private static final Pattern CODE = Pattern.compile("[A-Z]{2}");
    private static final Duration TIME_TO_READ = Duration.ofSeconds(10);

    private final TableWriter<String, Country> writer;
    private final TopicTable<String, Country> countries;
    private final TextServer server;

    private CountryService(String servers, int port) throws IOException {
        this.writer = ReferenceTopic.COUNTRIES.openWriter(servers);
        this.countries = ReferenceTopic.COUNTRIES.openTable(servers);
        this.server = TextServer.bind(port, List.of(countries));
    }

    static CountryService start(String servers, int port) throws IOException {
        CountryService service = new CountryService(servers, port);
        service.server.handle("/countries/", service::respond).start("/countries/");
        return service;
    }

    private Response respond(Request request) throws InterruptedException {
        String code = request.name();
        if (!CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("Expected /countries/ and two capital letters");
        }
        return switch (request.method()) {
            case "PUT" -> confirm(writer.put(code, Country.parse(request.body())));
            case "DELETE" -> confirm(writer.delete(code));
            case "GET" -> read(code);
            default -> new Response(405, "Expected GET, PUT or DELETE");
        };
    }

    private Response confirm(TablePosition written) throws InterruptedException {
        return countries.await(written, TIME_TO_READ)
                ? new Response(200, "Written: " + written)
                : new Response(202, "Written, and not read yet: " + written);
    }

    private Response read(String code) {
        Country country = countries.get(code);
        return country == null ? new Response(404, "Not supported") : new Response(200, country.toText());
    }

    @Override
    public void close() {
        server.close();
        writer.close();
        countries.close();
    }
}
