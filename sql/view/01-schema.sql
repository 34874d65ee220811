-- The read side: a separate database, to which only the projection sink writes. It may be on a separate server.
-- The files are applied as described in sql/source/01-schema.sql.

CREATE DATABASE IF NOT EXISTS views CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

-- Which apps are installed where: one row for each element of a site's document.apps. Answers "which apps has this site?"
-- by the primary key and "which sites have this app?" by the second one.
CREATE TABLE IF NOT EXISTS views.installed_apps (
  site_id BIGINT NOT NULL,
  app_id VARCHAR(64) COLLATE utf8mb4_0900_bin NOT NULL,
  app_version VARCHAR(40),
  enabled BOOLEAN,
  revision BIGINT,
  PRIMARY KEY (site_id, app_id),
  KEY (app_id, site_id)
);

-- The state of each order, and the request of its last change. revision is the order's version: an older event never
-- overwrites a newer row.
CREATE TABLE IF NOT EXISTS views.order_status (
  order_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  status VARCHAR(20) NOT NULL,
  total DECIMAL(12, 2) NOT NULL,
  currency CHAR(3) NOT NULL,
  placed_at DATETIME(6) NOT NULL,
  paid_at DATETIME(6),
  shipped_at DATETIME(6),
  revision BIGINT,
  request_id VARCHAR(64),
  user_id VARCHAR(64),
  PRIMARY KEY (order_id),
  KEY (status),
  KEY (customer_id, placed_at)
);

-- The shop's products. Their images are objects in S3: image_uri is the location of a large one, image_sha256 and image_bytes
-- are its hash and size; a small one stays in its event and has no URI.
CREATE TABLE IF NOT EXISTS views.products (
  product_id BIGINT NOT NULL,
  sku VARCHAR(40) NOT NULL,
  name VARCHAR(200) NOT NULL,
  price DECIMAL(10, 2) NOT NULL,
  image_uri VARCHAR(1024),
  image_bytes BIGINT,
  image_sha256 CHAR(64),
  image_type VARCHAR(100),
  revision BIGINT,
  PRIMARY KEY (product_id),
  KEY (sku)
);

-- The last version of the sites' documents, of any size: they pass through Kafka in chunks.
CREATE TABLE IF NOT EXISTS views.site_documents (
  site_id BIGINT NOT NULL,
  document JSON NOT NULL,
  revision BIGINT,
  PRIMARY KEY (site_id)
);

-- The total of each customer's orders in each currency, without cancelled orders. The sink creates the table
-- customer_totals_members with the contribution of each order.
CREATE TABLE IF NOT EXISTS views.customer_totals (
  customer_id BIGINT NOT NULL,
  currency CHAR(3) COLLATE utf8mb4_0900_bin NOT NULL,
  orders BIGINT NOT NULL,
  spent DECIMAL(20, 2) NOT NULL,
  last_placed_at DATETIME(6),
  PRIMARY KEY (customer_id, currency)
);

-- The customers of all regions. country_name is that of shop.countries when the customer's event was processed: a country that
-- gets another name later does not change the rows of its customers.
CREATE TABLE IF NOT EXISTS views.customers (
  region VARCHAR(20) COLLATE utf8mb4_0900_bin NOT NULL,
  customer_id BIGINT NOT NULL,
  name VARCHAR(200) NOT NULL,
  city VARCHAR(100) NOT NULL,
  country CHAR(2) NOT NULL,
  country_name VARCHAR(100),
  revision BIGINT,
  PRIMARY KEY (region, customer_id),
  KEY (country, city)
);

-- How often each subscription was renewed, and what was paid for it. Each renewal counts once, so the rows show whether one was lost
-- or repeated on the way.
CREATE TABLE IF NOT EXISTS views.subscription_renewals (
  subscription_id BIGINT NOT NULL,
  renewals BIGINT NOT NULL,
  spent DECIMAL(20, 2) NOT NULL,
  PRIMARY KEY (subscription_id)
);
