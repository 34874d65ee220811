-- The contacts and their imports, and the view of an import's progress. Apply it as root, after the files of sql/source and sql/view,
-- whose users it grants what they need here; sql/source/01-schema.sql describes how.

CREATE DATABASE IF NOT EXISTS contacts CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

-- An upload. The page chooses the id, so an upload that is repeated is one row.
CREATE TABLE IF NOT EXISTS contacts.imports (
  id CHAR(36) COLLATE utf8mb4_0900_bin NOT NULL,
  csv MEDIUMTEXT NOT NULL,
  contacts INT NOT NULL,
  request_id VARCHAR(128),
  PRIMARY KEY (id)
);

-- A part of an upload, which one importer imports. jobs is the number of jobs of the import. data_centre is empty if an importer of this
-- data centre imports the job; otherwise the job is sent to the other one, and its row here does not change. done_at is in UTC, and NULL
-- until the job is done. An importer adds 1 to reports each time that it reports the end of the job.
CREATE TABLE IF NOT EXISTS contacts.jobs (
  id VARCHAR(48) COLLATE utf8mb4_0900_bin NOT NULL,
  import_id CHAR(36) COLLATE utf8mb4_0900_bin NOT NULL,
  jobs INT NOT NULL,
  csv MEDIUMTEXT NOT NULL,
  data_centre VARCHAR(16) COLLATE utf8mb4_0900_bin NOT NULL DEFAULT '',
  done_at DATETIME(6),
  importer VARCHAR(64),
  imported INT,
  refused INT,
  reports INT NOT NULL DEFAULT 0,
  request_id VARCHAR(128),
  PRIMARY KEY (id)
);

CREATE TABLE IF NOT EXISTS contacts.contacts (
  email VARCHAR(255) COLLATE utf8mb4_0900_bin NOT NULL,
  name VARCHAR(255) NOT NULL,
  import_id CHAR(36) COLLATE utf8mb4_0900_bin NOT NULL,
  request_id VARCHAR(128),
  PRIMARY KEY (email),
  KEY (import_id)
);

-- How far each import is. finished is the number of the jobs that are done, of all its jobs. The sink creates the table
-- import_progress_members, with the jobs that are done.
CREATE TABLE IF NOT EXISTS views.import_progress (
  import_id CHAR(36) COLLATE utf8mb4_0900_bin NOT NULL,
  jobs INT,
  finished BIGINT NOT NULL,
  imported BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  request_id VARCHAR(128),
  completed_at DATETIME(6),
  PRIMARY KEY (import_id)
);

-- A row for each import that is complete, written in the transaction that has counted its last job.
CREATE TABLE IF NOT EXISTS views.import_outbox (
  id CHAR(64) NOT NULL,
  import_id CHAR(36) COLLATE utf8mb4_0900_bin NOT NULL,
  jobs INT NOT NULL,
  imported BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  request_id VARCHAR(128),
  PRIMARY KEY (id)
);

-- The services of the import: they write the contacts, and read how far an import is.
GRANT SELECT, INSERT, UPDATE ON contacts.* TO 'shop'@'%';
GRANT SELECT ON views.import_progress TO 'shop'@'%';
GRANT SELECT ON views.import_outbox TO 'shop'@'%';

-- Debezium.
GRANT SELECT ON contacts.* TO 'debezium'@'%';
GRANT SELECT ON views.import_progress TO 'debezium'@'%';
GRANT SELECT ON views.import_outbox TO 'debezium'@'%';
