-- The shop's own database, to which the service writes. The service does not depend on Millrace.
--
-- How these files are applied: in the order of their names, each statement on its own; a statement ends with a ';' at the
-- end of a line. ${NAME} is replaced with a value (escaped as a SQL string), so that no file contains a password.
--
-- The server needs gtid_mode=ON, binlog_format=ROW, binlog_row_image=FULL and, for the request context that comes in SQL
-- comments, binlog_rows_query_log_events=ON; docs/prepare-mysql.md has the reasons.
--
-- No foreign key here cascades: MySQL writes no binlog events for rows that a cascade changes, so no consumer would receive
-- them.

CREATE DATABASE IF NOT EXISTS shop CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

CREATE TABLE IF NOT EXISTS shop.products (
  id BIGINT NOT NULL AUTO_INCREMENT,
  sku VARCHAR(40) NOT NULL,
  name VARCHAR(200) NOT NULL,
  price DECIMAL(10, 2) NOT NULL,
  image LONGBLOB,
  image_type VARCHAR(100),
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (id),
  UNIQUE KEY (sku)
);

-- status: PLACED, PAID, SHIPPED or CANCELLED. All times are in UTC. The service adds 1 to version with every write.
CREATE TABLE IF NOT EXISTS shop.orders (
  id BIGINT NOT NULL AUTO_INCREMENT,
  customer_id BIGINT NOT NULL,
  status VARCHAR(20) NOT NULL,
  currency CHAR(3) NOT NULL,
  total DECIMAL(12, 2) NOT NULL,
  placed_at DATETIME(6) NOT NULL,
  paid_at DATETIME(6),
  shipped_at DATETIME(6),
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (id),
  KEY (customer_id),
  CONSTRAINT order_status CHECK (status IN ('PLACED', 'PAID', 'SHIPPED', 'CANCELLED'))
);

CREATE TABLE IF NOT EXISTS shop.order_lines (
  order_id BIGINT NOT NULL,
  line_no INT NOT NULL,
  product_id BIGINT NOT NULL,
  quantity INT NOT NULL,
  unit_price DECIMAL(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line_no),
  CONSTRAINT line_of_order FOREIGN KEY (order_id) REFERENCES shop.orders (id),
  CONSTRAINT line_of_product FOREIGN KEY (product_id) REFERENCES shop.products (id)
);

-- document is one large domain object: {"apps": [{"id": "..", "version": "..", "enabled": true}], "theme": {..}, "pages": [..]}
CREATE TABLE IF NOT EXISTS shop.sites (
  id BIGINT NOT NULL AUTO_INCREMENT,
  name VARCHAR(200) NOT NULL,
  document JSON NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (id)
);

-- The columns that Debezium's EventRouter expects by default, and the columns of the request context.
CREATE TABLE IF NOT EXISTS shop.outbox (
  id CHAR(36) NOT NULL,
  aggregatetype VARCHAR(255) NOT NULL,
  aggregateid VARCHAR(255) NOT NULL,
  type VARCHAR(255) NOT NULL,
  payload JSON NOT NULL,
  request_id VARCHAR(64),
  user_id VARCHAR(64),
  traceparent VARCHAR(55),
  PRIMARY KEY (id)
);

-- A subscription is paid again and again: the next time at next_payment_at (UTC), or never again if it is NULL. The service that
-- takes a payment adds 1 to payments, and writes the next time. It adds 1 to version with every write.
CREATE TABLE IF NOT EXISTS shop.subscriptions (
  id BIGINT NOT NULL AUTO_INCREMENT,
  customer_id BIGINT NOT NULL,
  price DECIMAL(10, 2) NOT NULL,
  next_payment_at DATETIME(3),
  payments BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (id)
);

-- Reference data. name is in English; the key of a country is its code (ISO 3166-1 alpha-2).
CREATE TABLE IF NOT EXISTS shop.countries (
  code CHAR(2) NOT NULL,
  name VARCHAR(100) NOT NULL,
  PRIMARY KEY (code)
);

INSERT IGNORE INTO shop.countries (code, name) VALUES
  ('AT', 'Austria'),
  ('CA', 'Canada'),
  ('DE', 'Germany'),
  ('FR', 'France'),
  ('MX', 'Mexico'),
  ('US', 'United States');

-- The customers of each region are in a database of their own, shop_REGION. The tables of all regions have the same columns;
-- an id is unique in its region only.
CREATE DATABASE IF NOT EXISTS shop_eu CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
CREATE DATABASE IF NOT EXISTS shop_us CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

-- country is the code of a row of shop.countries. The service adds 1 to version with every write.
CREATE TABLE IF NOT EXISTS shop_eu.customers (
  id BIGINT NOT NULL AUTO_INCREMENT,
  name VARCHAR(200) NOT NULL,
  street VARCHAR(200) NOT NULL,
  city VARCHAR(100) NOT NULL,
  country CHAR(2) NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (id)
);

CREATE TABLE IF NOT EXISTS shop_us.customers LIKE shop_eu.customers;
