-- A warehouse of version 1, with a few rows: kept as it was, and brought forward by every later version in the tests.

create schema if not exists raw;
create schema if not exists clean;
create schema if not exists backtest;
create schema if not exists metrics;
create schema if not exists ops;
create table raw.bars (
    ticker VARCHAR not null, date DATE not null, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE,
    volume DOUBLE, source VARCHAR not null, adjustment VARCHAR not null, ingested_at TIMESTAMP not null
);
create table raw.actions (
    ticker VARCHAR not null, date DATE not null, kind VARCHAR not null, value DOUBLE not null,
    source VARCHAR not null, adjustment VARCHAR not null, ingested_at TIMESTAMP not null
);
create table raw.fetches (
    batch_id VARCHAR not null, ticker VARCHAR not null, source VARCHAR not null, first_date DATE,
    last_date DATE, rows BIGINT not null, status VARCHAR not null, error VARCHAR, seconds DOUBLE not null,
    fetched_at TIMESTAMP not null
);
create table raw.revisions (
    ticker VARCHAR not null, date DATE not null, field VARCHAR not null, old_value DOUBLE, new_value DOUBLE,
    source VARCHAR not null, seen_at TIMESTAMP not null
);
create table clean.bars (
    ticker VARCHAR not null, date DATE not null, open DOUBLE not null, high DOUBLE not null,
    low DOUBLE not null, close DOUBLE not null, volume DOUBLE, split_factor DOUBLE not null,
    source VARCHAR not null
);
create table clean.actions (
    ticker VARCHAR not null, date DATE not null, kind VARCHAR not null, value DOUBLE not null,
    source VARCHAR not null
);
create table clean.rejects (
    ticker VARCHAR not null, date DATE, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE,
    source VARCHAR not null, rule VARCHAR not null, reason VARCHAR not null
);
create table clean.checks (
    ticker VARCHAR not null, rule VARCHAR not null, rows_checked BIGINT not null, rows_failed BIGINT not null,
    severity VARCHAR not null, verdict VARCHAR not null, detail VARCHAR
);
create table backtest.runs (
    run_id VARCHAR not null, scenario VARCHAR not null, role VARCHAR not null, parameters VARCHAR not null,
    engine VARCHAR not null, data VARCHAR not null, first_date DATE, last_date DATE, status VARCHAR not null,
    error VARCHAR, buy_and_hold_twin VARCHAR, ath_only_twin VARCHAR, sweep VARCHAR
);
create table backtest.fills (
    run_id VARCHAR not null, seq INTEGER not null, date DATE not null, ticker VARCHAR,
    action VARCHAR not null, qty DOUBLE not null, price DOUBLE not null, total DOUBLE not null,
    costs DOUBLE not null, bank_after DOUBLE not null, nav_premium DOUBLE not null, anchor DOUBLE not null,
    holdings_after DOUBLE not null
);
create table backtest.portfolio_days (
    run_id VARCHAR not null, date DATE not null, total_value DOUBLE not null, bank DOUBLE not null,
    nav_value DOUBLE not null, withdrawn DOUBLE not null
);
create table backtest.lots (
    run_id VARCHAR not null, ticker VARCHAR not null, lot INTEGER not null, opened_on DATE not null,
    opened_by VARCHAR not null, qty DOUBLE not null, open_price DOUBLE not null, unit_cost DOUBLE not null,
    close_seq INTEGER, closed_on DATE, closed_by VARCHAR, close_price DOUBLE, gain DOUBLE, long_term BOOLEAN
);
create table backtest.opportunities (
    run_id VARCHAR not null, date DATE not null, sell_ticker VARCHAR not null, buy_ticker VARCHAR not null,
    sell_premium DOUBLE not null, buy_premium DOUBLE not null, spread DOUBLE not null,
    traded BOOLEAN not null
);
create table backtest.orders (
    run_id VARCHAR not null, ticker VARCHAR not null, side VARCHAR not null, limit_price DOUBLE not null,
    qty DOUBLE not null, last_close DOUBLE not null, distance DOUBLE not null
);
create table metrics.runs (
    run_id VARCHAR not null, scenario VARCHAR not null, role VARCHAR not null, sweep VARCHAR,
    tickers VARCHAR not null, assets BIGINT not null, initial_cash DOUBLE not null, sd_n DOUBLE,
    profit_sharing_pct DOUBLE, variant VARCHAR, lot_size DOUBLE, rebalancing_mode VARCHAR not null,
    path VARCHAR not null, signal_price VARCHAR not null, cash_rate DOUBLE not null,
    margin_rate DOUBLE not null, allow_margin BOOLEAN not null, on_insufficient_cash VARCHAR not null,
    slippage_bps DOUBLE not null, commission DOUBLE not null, commission_bps DOUBLE not null,
    commission_per_share DOUBLE not null, lot_method VARCHAR not null, withdrawal_rule VARCHAR,
    withdrawal_monthly_amount DOUBLE, withdrawal_rate DOUBLE, withdrawal_funding VARCHAR,
    coverage_ratio_min DOUBLE, first_date DATE not null, last_date DATE not null, days BIGINT not null,
    years DOUBLE not null, periods_per_year DOUBLE, final_value DOUBLE not null, final_bank DOUBLE not null,
    final_nav_value DOUBLE not null, mean_value DOUBLE not null, lowest_bank DOUBLE not null,
    days_negative_bank BIGINT not null, depleted_on DATE, total_return DOUBLE not null, cagr DOUBLE,
    volatility DOUBLE, sharpe DOUBLE, sortino DOUBLE, calmar DOUBLE, max_drawdown DOUBLE not null,
    max_drawdown_peak_on DATE, max_drawdown_trough_on DATE, max_drawdown_recovered_on DATE,
    longest_drawdown_days BIGINT not null, current_drawdown DOUBLE not null, drawdowns BIGINT not null,
    ulcer_index DOUBLE not null, value_at_risk DOUBLE, expected_shortfall DOUBLE, best_day DOUBLE,
    worst_day DOUBLE, gaining_days DOUBLE, synthetic_dividends DOUBLE not null,
    synthetic_dividend_yield DOUBLE, dividends DOUBLE not null, interest DOUBLE not null,
    withdrawals DOUBLE not null, withdrawals_due DOUBLE, coverage DOUBLE, costs DOUBLE not null,
    taxes DOUBLE not null, fills BIGINT not null, buys BIGINT not null, sells BIGINT not null,
    skipped_buys BIGINT not null, skipped_bands BIGINT not null, skipped_withdrawals BIGINT not null,
    opportunities BIGINT not null, turnover DOUBLE, exposure DOUBLE, realised_gain DOUBLE not null,
    unrealised_gain DOUBLE not null, realised_volatility_alpha DOUBLE not null,
    unrealised_volatility_alpha DOUBLE not null, baseline_volatility_alpha DOUBLE, buy_and_hold_twin VARCHAR,
    buy_and_hold_return DOUBLE, buy_and_hold_cagr DOUBLE, buy_and_hold_volatility DOUBLE,
    buy_and_hold_sharpe DOUBLE, buy_and_hold_max_drawdown DOUBLE, excess_return DOUBLE, excess_cagr DOUBLE,
    ath_only_twin VARCHAR, ath_only_return DOUBLE, ath_only_cagr DOUBLE, ath_only_max_drawdown DOUBLE,
    metrics_version VARCHAR not null
);
create table metrics.assets (
    run_id VARCHAR not null, ticker VARCHAR not null, asset_class VARCHAR, position BIGINT not null,
    sd_n DOUBLE not null, profit_sharing_pct DOUBLE not null, variant VARCHAR not null,
    lot_size DOUBLE not null, entered_on DATE, entry_price DOUBLE, last_traded_on DATE, last_close DOUBLE,
    holdings DOUBLE not null, value DOUBLE not null, weight DOUBLE, mean_weight DOUBLE, fills BIGINT not null,
    buys BIGINT not null, sells BIGINT not null, skipped_buys BIGINT not null, skipped_bands BIGINT not null,
    bought DOUBLE not null, sold DOUBLE not null, synthetic_dividends DOUBLE not null,
    dividends DOUBLE not null, costs DOUBLE not null, gain DOUBLE not null, price_return DOUBLE,
    realised_gain DOUBLE not null, unrealised_gain DOUBLE not null, realised_volatility_alpha DOUBLE not null,
    unrealised_volatility_alpha DOUBLE not null
);
create table metrics.monthly (
    run_id VARCHAR not null, month DATE not null, days BIGINT not null, total_return DOUBLE not null,
    final_value DOUBLE not null, final_bank DOUBLE not null, deepest_drawdown DOUBLE not null,
    synthetic_dividends DOUBLE not null, dividends DOUBLE not null, interest DOUBLE not null,
    withdrawals DOUBLE not null, costs DOUBLE not null, taxes DOUBLE not null, fills BIGINT not null
);
create table metrics.drawdowns (
    run_id VARCHAR not null, number BIGINT not null, rank BIGINT not null, depth DOUBLE not null,
    peak_on DATE not null, trough_on DATE not null, recovered_on DATE, days_down BIGINT not null,
    days_up BIGINT, days BIGINT not null
);
create table metrics.history (
    batch_id VARCHAR not null, scenario VARCHAR not null, run_id VARCHAR not null, last_date DATE not null,
    final_value DOUBLE not null, total_return DOUBLE not null, cagr DOUBLE, volatility DOUBLE, sharpe DOUBLE,
    max_drawdown DOUBLE not null, synthetic_dividends DOUBLE not null, withdrawals DOUBLE not null,
    coverage DOUBLE, excess_return DOUBLE, baseline_volatility_alpha DOUBLE
);
create table ops.batches (
    batch_id VARCHAR not null, verb VARCHAR not null, source VARCHAR not null, started_at TIMESTAMP not null,
    finished_at TIMESTAMP, status VARCHAR not null, reason VARCHAR not null, host VARCHAR not null,
    pid BIGINT not null, versions VARCHAR not null
);
create table ops.stage_runs (
    batch_id VARCHAR not null, stage VARCHAR not null, item VARCHAR, status VARCHAR not null, reason VARCHAR,
    rows BIGINT not null, seconds DOUBLE not null, error VARCHAR, started_at TIMESTAMP not null,
    finished_at TIMESTAMP not null, versions VARCHAR not null
);
create table ops.migrations (
    version INTEGER not null, step VARCHAR not null, applied_at TIMESTAMP not null, digest VARCHAR
);
insert into ops.migrations values (1, 'the first tables', '2026-11-22 16:50:00', null);
insert into ops.batches values (
    '20261122T165000000-0000', 'run', 'sample', '2026-11-22 16:50:00', '2026-11-22 16:51:00', 'done', 'first night',
    'somewhere', 4711, '{}'
);
insert into clean.bars values ('AAPL', '2024-01-02', 187.15, 188.44, 183.89, 185.64, 82488700, 1, 'sample');
insert into backtest.runs values (
    '0123456789abcdef', 'one', 'scenario', '{"portfolio":{"initial_cash":2000}}', 'e', '{}', '2024-01-02',
    '2024-01-02', 'done', null, null, null, null
);
insert into backtest.fills values
    ('0123456789abcdef', 0, '2024-01-02', 'AAPL', 'INITIAL_BUY', 10, 185.64, 1856.4, 0, 143.6, 0, 185.64, 10),
    ('0123456789abcdef', 1, '2024-01-02', null, 'INTEREST', 0, 0, 0.1, 0, 143.7, 0, 0, 0);
insert into backtest.portfolio_days values ('0123456789abcdef', '2024-01-02', 2000.1, 143.7, 1856.4, 0);
