-- Needs ${SHOP_SERVICE_PASSWORD} and ${SHOP_DATABASE_PASSWORD}; 01-schema.sql describes how they are replaced.

-- The service that writes to the shop.
CREATE USER IF NOT EXISTS 'shop'@'%';
ALTER USER 'shop'@'%' IDENTIFIED BY '${SHOP_SERVICE_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO 'shop'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON `shop\_%`.* TO 'shop'@'%';

-- Debezium. It reads only the shop's tables:
--   SELECT              the snapshot, and the names and definitions of the tables
--   FLUSH_TABLES        FLUSH TABLES WITH READ LOCK, held while the snapshot reads the binlog position and the definitions
--                       (MySQL before 8.0.23 has no such privilege and needs RELOAD in its place)
--   REPLICATION CLIENT  SHOW MASTER STATUS (SHOW BINARY LOG STATUS from 8.2 on) and SHOW BINARY LOGS
--   REPLICATION SLAVE   the binlog itself
CREATE USER IF NOT EXISTS 'debezium'@'%';
ALTER USER 'debezium'@'%' IDENTIFIED BY '${SHOP_DATABASE_PASSWORD}';
GRANT SELECT ON shop.* TO 'debezium'@'%';
-- The databases of all regions, also those that are added later.
GRANT SELECT ON `shop\_%`.* TO 'debezium'@'%';
GRANT FLUSH_TABLES, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'debezium'@'%';
