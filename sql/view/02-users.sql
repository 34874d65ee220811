-- Needs ${VIEWS_DATABASE_PASSWORD}.

-- The projection sink: rows of the views, and the table of the offset ledger, which it creates itself.
CREATE USER IF NOT EXISTS 'projector'@'%';
ALTER USER 'projector'@'%' IDENTIFIED BY '${VIEWS_DATABASE_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON views.* TO 'projector'@'%';
