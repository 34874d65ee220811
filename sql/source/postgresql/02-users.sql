-- Needs ${SHOP_SERVICE_PASSWORD} and ${SHOP_DATABASE_PASSWORD}; 01-schema.sql describes how they are replaced.

-- The service that writes to the shop.
CREATE ROLE shop LOGIN PASSWORD '${SHOP_SERVICE_PASSWORD}';
GRANT USAGE ON SCHEMA shop TO shop;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO shop;

-- Debezium. It reads only the shop's tables:
--   REPLICATION  the server's log, through a replication slot
--   SELECT       the snapshot, and the definitions of the tables
CREATE ROLE debezium LOGIN REPLICATION PASSWORD '${SHOP_DATABASE_PASSWORD}';
GRANT USAGE ON SCHEMA shop TO debezium;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO debezium;
