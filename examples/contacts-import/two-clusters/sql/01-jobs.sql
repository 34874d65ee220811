-- The sink import-jobs of the other data centre writes the jobs that come from this one. Apply it there, after sql/01-contacts.sql.
GRANT SELECT, INSERT, UPDATE, DELETE ON contacts.jobs TO 'projector'@'%';
