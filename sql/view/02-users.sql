-- Needs ${VIEWS_DATABASE_PASSWORD} and ${VIEWS_READER_PASSWORD}.

-- The projection sink: rows of the views, and the table of the offset ledger, which it creates itself.
CREATE USER IF NOT EXISTS 'projector'@'%';
ALTER USER 'projector'@'%' IDENTIFIED BY '${VIEWS_DATABASE_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON views.* TO 'projector'@'%';

-- A service of the read side: it reads the views, and the ledger, which contains the time of the last write.
CREATE USER IF NOT EXISTS 'order_queries'@'%';
ALTER USER 'order_queries'@'%' IDENTIFIED BY '${VIEWS_READER_PASSWORD}';
GRANT SELECT ON views.* TO 'order_queries'@'%';
