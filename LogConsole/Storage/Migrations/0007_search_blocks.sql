-- Where a text can be. A block is some thousand consecutive rows of one writer in one segment; its filter says which pieces of text
-- none of them has. A block without a filter is read whenever its time is.

create table log_search_blocks (
    -- Its first record's id.
    id bigint primary key,
    segment_id int not null references log_segments on delete cascade,
    rows int not null,
    min_ts timestamptz not null,
    max_ts timestamptz not null,
    filtered boolean not null
) with (fillfactor = 50);
create index log_search_blocks_segment on log_search_blocks (segment_id);

create table log_search_filters (
    block_id bigint primary key references log_search_blocks on delete cascade,
    filter bytea not null
);
-- A page each, beside the row, so that looking at a bit reads one page and unpacks nothing.
alter table log_search_filters alter column filter set storage plain;

-- Rows that are stored already have no filter.
insert into log_search_blocks (id, segment_id, rows, min_ts, max_ts, filtered)
select -row_number() over (), segment_id, least(rows, 2147483647), min_ts, max_ts, false from log_segment_ranges where rows > 0;
