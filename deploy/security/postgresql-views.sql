-- The users of views in a PostgreSQL database named views; run it there as its owner, because it changes the schema public.
-- Needs ${VIEWS_DATABASE_PASSWORD} and ${VIEWS_READER_PASSWORD}, which are replaced as described in sql/source/01-schema.sql.

REVOKE ALL ON DATABASE views FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- The projection sink. It owns the tables that it creates: the ledger, tables of members, views of auto.create.
CREATE ROLE projector LOGIN PASSWORD '${VIEWS_DATABASE_PASSWORD}';
GRANT CONNECT ON DATABASE views TO projector;
GRANT USAGE, CREATE ON SCHEMA public TO projector;
-- Views that another user created.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO projector;

-- A service of the read side.
CREATE ROLE order_queries LOGIN PASSWORD '${VIEWS_READER_PASSWORD}';
GRANT CONNECT ON DATABASE views TO order_queries;
GRANT USAGE ON SCHEMA public TO order_queries;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO order_queries;
ALTER DEFAULT PRIVILEGES FOR ROLE projector IN SCHEMA public GRANT SELECT ON TABLES TO order_queries;
