package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.Installation;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A kind of server that the source reads in a campaign.
 *
 * @param option the value of the command's option
 * @param own the kinds of faults that strike no other database
 * @param start starts a server
 */
record CampaignDatabase(String option, List<Fault<Scene>> own, Start start) {
    static final CampaignDatabase MYSQL = new CampaignDatabase("mysql", MySqlFaults.ALL, MySqlShopServer::start);
    static final CampaignDatabase POSTGRESQL =
            new CampaignDatabase("postgresql", PostgresFaults.ALL, PostgresShopServer::start);

    private static final List<CampaignDatabase> ALL = List.of(MYSQL, POSTGRESQL);

    interface Start {
        /** Starts a server whose data and logs are in the directory. */
        ShopServer in(Installation installation, Path directory) throws Exception;
    }

    /**
     * The kind that an option names.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    static CampaignDatabase parse(String option) {
        return ALL.stream()
                .filter(kind -> kind.option.equals(option))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no database " + option + "; there are "
                        + ALL.stream().map(CampaignDatabase::option).toList()));
    }

    /** Every kind of fault that strikes a source of this database. */
    List<Fault<Scene>> faults() {
        return Stream.of(ServerFaults.ALL, TableFaults.ALL, ConnectorFaults.ALL, own)
                .flatMap(List::stream)
                .toList();
    }
}
