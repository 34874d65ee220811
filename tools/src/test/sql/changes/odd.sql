-- Changes of these rows and new ones, which the binlog has.

UPDATE all_types SET c_tiny = 5, c_small = 12, c_varchar = 'changed', c_ubig = 1, c_time = '838:59:59', c_enum = 'ü', c_set = '', c_json = '[]', c_hidden = 8,
  c_bits = b'101', c_float = -2.25, c_dt6 = '2024-05-05 05:05:05.000005', c_ts6 = '2024-05-05 05:05:05.5', c_long = REPEAT('long ü ', 30000),
  c_image = REPEAT(x'8900ff', 50000), version = version + 1 WHERE id = 1;

UPDATE all_types SET id = 3, version = version + 1 WHERE id = 2;

INSERT INTO all_types (c_bool, c_udec, c_dt, c_varchar, c_year, c_bit, c_binary, c_time6) VALUES (7, 1, '2024-01-01 01:01:01', 'new', 2155, b'0', 'abc', '-00:00:00.000001');

UPDATE `order-lines` SET `in` = 6, `größe` = -1.5, `注文` = 9 WHERE `line no` = 1;

UPDATE `order-lines` SET `line no` = 3 WHERE `line no` = 2;

INSERT INTO `order-lines` (`order`, `line no`, `a'b`) VALUES (2, 1, 'x');

DELETE FROM `Select` WHERE `Name` = 'Größe';

UPDATE `Select` SET `Name` = 'OTHER' WHERE `select` = 'two';

UPDATE `größen` SET `preis.netto` = -0.01, `Row_Version` = `Row_Version` + 1;

DELETE FROM `größen` WHERE id = 7;

UPDATE uuids SET label = 'changed' WHERE label = 'first';

DELETE FROM uuids WHERE label = 'second';

INSERT INTO slots VALUES ('2024-02-01', 'am');

DELETE FROM slots WHERE kind = 'pm';

INSERT INTO notes VALUES (1, x'00112233445566778899aabbccddee00');
