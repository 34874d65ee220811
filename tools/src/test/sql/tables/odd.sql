-- Tables with every usual type and with odd names, for which `millrace new` writes connectors. Columns are in the order that a
-- view has: the key, the others, the revision.

CREATE TABLE all_types (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  c_tiny TINYINT, c_bool TINYINT(1) NOT NULL, c_utiny TINYINT UNSIGNED, c_small SMALLINT, c_usmall SMALLINT UNSIGNED,
  c_umedium MEDIUMINT UNSIGNED, c_int INT, c_uint INT UNSIGNED, c_ubig BIGINT UNSIGNED, c_fill INT(6) ZEROFILL,
  c_dec DECIMAL(30, 10), c_udec DECIMAL(8, 0) UNSIGNED NOT NULL, c_float FLOAT, c_double DOUBLE,
  c_bit BIT(1), c_bits BIT(40), c_year YEAR,
  c_date DATE, c_dt DATETIME NOT NULL, c_dt3 DATETIME(3), c_dt6 DATETIME(6), c_ts TIMESTAMP NULL, c_ts6 TIMESTAMP(6) NULL,
  c_time TIME, c_time6 TIME(6),
  c_char CHAR(10), c_latin VARCHAR(200) CHARACTER SET latin1, c_varchar VARCHAR(200) NOT NULL, c_tinytext TINYTEXT, c_text TEXT,
  c_enum ENUM('a', 'b''c', 'ü'), c_set SET('x', 'y', 'z'), c_json JSON,
  c_binary BINARY(8), c_varbinary VARBINARY(20), c_tinyblob TINYBLOB, c_blob BLOB,
  c_point POINT, c_long LONGTEXT, c_image MEDIUMBLOB,
  c_virtual INT GENERATED ALWAYS AS (c_small * 2) VIRTUAL, c_stored VARCHAR(210) GENERATED ALWAYS AS (CONCAT('v', c_varchar)) STORED,
  c_hidden INT INVISIBLE,
  version INT UNSIGNED NOT NULL DEFAULT 1
);

CREATE TABLE `order-lines` (
  `order` INT NOT NULL, `line no` SMALLINT NOT NULL, `in` INT, `größe` DOUBLE, `a'b` VARCHAR(20), `it``s` DATE, `Group` VARCHAR(5),
  `注文` INT,
  PRIMARY KEY (`order`, `line no`)
);

CREATE TABLE `Select` (`Name` VARCHAR(50) NOT NULL PRIMARY KEY, `select` VARCHAR(20)) COLLATE utf8mb4_0900_ai_ci;

CREATE TABLE `größen` (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, `preis.netto` DECIMAL(10, 2), `Row_Version` BIGINT NOT NULL);

CREATE TABLE uuids (uuid BINARY(16) NOT NULL PRIMARY KEY, label VARCHAR(20) NOT NULL);

CREATE TABLE slots (`day` DATE NOT NULL, kind ENUM('am', 'pm') NOT NULL, PRIMARY KEY (kind, `day`));

CREATE TABLE notes (
  id INT NOT NULL PRIMARY KEY, uuid BINARY(16),
  CONSTRAINT note_of_uuid FOREIGN KEY (uuid) REFERENCES uuids (uuid) ON DELETE CASCADE
);

CREATE TABLE keyless (line TEXT);

CREATE VIEW a_view AS SELECT id FROM all_types;
