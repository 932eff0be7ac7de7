-- Parts the texts of the ordinary level, nine tenths of a large archive's bytes, by page number, which grows with time:
-- make a part about as large as a year. Each part has indexes of its own that fit in memory, and can lie on a disk of
-- its own (ALTER TABLE … SET TABLESPACE). The program notices nothing. Stop watchers, workers and pages first.
--
--   psql 'postgresql://…' -v pages=20000000 -v parts=10 -f deploy/partition-pages.sql
--
-- Run once; `parts` are made ahead, and later ones with
--   CREATE TABLE juanzong.page_text_11 PARTITION OF juanzong.page_text FOR VALUES FROM (200000000) TO (220000000);
\set ON_ERROR_STOP on
BEGIN;
ALTER TABLE juanzong.page_text RENAME TO page_text_whole;
ALTER INDEX juanzong.page_text_by_word RENAME TO page_text_whole_by_word;
ALTER TABLE juanzong.page_text_whole RENAME CONSTRAINT page_text_pkey TO page_text_whole_pkey;
CREATE TABLE juanzong.page_text (LIKE juanzong.page_text_whole INCLUDING STORAGE) PARTITION BY RANGE (id);
ALTER TABLE juanzong.page_text ADD CONSTRAINT page_text_pkey PRIMARY KEY (id);
CREATE INDEX page_text_by_word ON juanzong.page_text USING gin (words);
SELECT format('CREATE TABLE juanzong.page_text_%s PARTITION OF juanzong.page_text FOR VALUES FROM (%s) TO (%s)',
              part, (part - 1) * :pages::bigint, part * :pages::bigint)
FROM generate_series(1, :parts) part
\gexec
INSERT INTO juanzong.page_text SELECT * FROM juanzong.page_text_whole;
DROP TABLE juanzong.page_text_whole;
COMMIT;
ANALYZE juanzong.page_text;
