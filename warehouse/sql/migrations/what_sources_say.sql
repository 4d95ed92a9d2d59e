-- Tables for what a source left out, still owes, and says of a ticker as a whole; empty until it answers again.

create table raw.left_out (
    ticker VARCHAR not null, date DATE not null, kind VARCHAR not null, standing VARCHAR not null,
    factor DOUBLE not null, source VARCHAR not null, noticed_at TIMESTAMP not null
);

create table raw.holes (
    ticker VARCHAR not null, date DATE not null, found_on DATE not null, asked_on DATE not null,
    nights BIGINT not null, source VARCHAR not null
);

create table raw.tickers (
    ticker VARCHAR not null, currency VARCHAR, adjusted_for_dividends BOOLEAN, place VARCHAR,
    source VARCHAR not null, told_at TIMESTAMP not null
);

create table raw.dividend_currencies (
    ticker VARCHAR not null, date DATE not null, currency VARCHAR not null, source VARCHAR not null
);
