-- Rows that a snapshot reads.

INSERT INTO all_types (c_tiny, c_bool, c_utiny, c_small, c_usmall, c_umedium, c_int, c_uint, c_ubig, c_fill, c_dec, c_udec, c_float, c_double, c_bit, c_bits,
  c_year, c_date, c_dt, c_dt3, c_dt6, c_ts, c_ts6, c_time, c_time6, c_char, c_latin, c_varchar, c_tinytext, c_text, c_enum, c_set, c_json, c_binary,
  c_varbinary, c_tinyblob, c_blob, c_point, c_long, c_image, c_hidden)
VALUES
  (-128, 1, 255, -32768, 65535, 16777215, -2147483648, 4294967295, 18446744073709551615, 42, -12345678901234567890.0123456789, 99999999, 1.5, 0.1, b'1',
   b'1000000000000000000000000000000000000001', 1901, '1000-01-01', '1999-12-31 23:59:59', '2024-02-29 12:34:56.789', '9999-12-31 23:59:59.999999',
   '1971-01-01 00:00:01', '2038-01-01 00:00:00.000001', '-838:59:59', '23:59:59.999999', 'padded', 'café', 'snow ☃ 🎉', '', 'line\nbreak', 'b''c', 'x,z',
   '{"a": [1, 2.5, null, "ü"]}', x'0001', x'00ff00', x'', x'0102', ST_GeomFromText('POINT(1 2)'), 'long', x'89', 7),
  (NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, '2000-01-01 00:00:00', NULL, NULL, NULL, NULL, NULL, NULL,
   NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO `order-lines` VALUES (1, 1, 5, 1.25, 'it''s', '2024-01-01', 'g', 3), (1, 2, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO `Select` VALUES ('Größe', 'one'), ('other ', 'two');

INSERT INTO `größen` VALUES (18446744073709551615, 12.30, 1), (7, NULL, 4);

INSERT INTO uuids VALUES (x'00112233445566778899aabbccddee00', 'first'), (x'ff112233445566778899aabbccddeeff', 'second');

INSERT INTO slots VALUES ('2024-01-01', 'am'), ('2024-01-01', 'pm');
