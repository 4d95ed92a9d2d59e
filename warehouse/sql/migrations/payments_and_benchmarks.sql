-- Payments are counted by month and year, beside each comparison stands what it paid, a benchmark may stand beside the twins.
-- Runs stay as they are. Their new figures are null, and their years missing, until the next night measures them.

create table metrics.years (
    run_id varchar not null, year bigint not null, days bigint not null, due double, paid double not null,
    paid_share double, months_due bigint, months_in_full bigint, months_short bigint, months_none bigint,
    synthetic_dividends double not null, dividends double not null, interest double not null, costs double not null,
    taxes double not null, fills bigint not null, total_return double not null, final_value double not null
);

alter table backtest.runs add column benchmark varchar;
alter table backtest.runs add column benchmark_twin varchar;
alter table backtest.runs add column benchmark_reason varchar;

alter table metrics.runs add column money_weighted_return double;
alter table metrics.runs add column paid_share double;
alter table metrics.runs add column months_due bigint;
alter table metrics.runs add column months_in_full bigint;
alter table metrics.runs add column months_short bigint;
alter table metrics.runs add column months_none bigint;
alter table metrics.runs add column longest_gap_months bigint;
alter table metrics.runs add column worst_year bigint;
alter table metrics.runs add column worst_year_paid_share double;
alter table metrics.runs add column bank_return_contribution double;
alter table metrics.runs add column bank_drawdown_contribution double;
alter table metrics.runs add column income_correlation double;
alter table metrics.runs add column buy_and_hold_withdrawals double;
alter table metrics.runs add column ath_only_withdrawals double;
alter table metrics.runs add column benchmark varchar;
alter table metrics.runs add column benchmark_twin varchar;
alter table metrics.runs add column benchmark_reason varchar;
alter table metrics.runs add column benchmark_return double;
alter table metrics.runs add column benchmark_cagr double;
alter table metrics.runs add column benchmark_volatility double;
alter table metrics.runs add column benchmark_sharpe double;
alter table metrics.runs add column benchmark_max_drawdown double;
alter table metrics.runs add column benchmark_withdrawals double;
alter table metrics.runs add column benchmark_excess_return double;
alter table metrics.runs add column benchmark_excess_cagr double;
alter table metrics.runs add column paid_unlike varchar;

alter table metrics.assets add column return_contribution double;
alter table metrics.assets add column drawdown_contribution double;
alter table metrics.assets add column synthetic_dividend_share double;
alter table metrics.assets add column income_correlation double;

-- figures of before were made by the rules of before
alter table metrics.history add column rules_version bigint default 1;
alter table metrics.history alter column rules_version set not null;
alter table metrics.history alter column rules_version drop default;
