-- What every column is stands in a table; figures that people know join metrics.runs, null until the next night measures
-- the runs anew from what is stored of them. White's test stands beside Hansen's, null until the family is judged anew.
create table metrics.definitions (
    id varchar not null, table_name varchar not null, name varchar not null, kind varchar not null,
    meaning varchar not null, unit varchar, formula varchar, sign varchar, annualised varchar, flows varchar,
    zero varchar, nothing varchar, source varchar
);

alter table judge.sweeps add column reality_check_p double;

alter table metrics.runs add column downside_volatility double;
alter table metrics.runs add column omega double;
alter table metrics.runs add column profit_factor double;
alter table metrics.runs add column payoff_ratio double;
alter table metrics.runs add column common_sense_ratio double;
alter table metrics.runs add column gain_to_pain double;
alter table metrics.runs add column mean_drawdown double;
alter table metrics.runs add column time_under_water double;
alter table metrics.runs add column martin_ratio double;
alter table metrics.runs add column recovery_factor double;
alter table metrics.runs add column tail_ratio double;
alter table metrics.runs add column skewness double;
alter table metrics.runs add column kurtosis double;
alter table metrics.runs add column autocorrelation double;
alter table metrics.runs add column stability double;
alter table metrics.runs add column gaining_streak bigint;
alter table metrics.runs add column losing_streak bigint;
alter table metrics.runs add column best_month double;
alter table metrics.runs add column worst_month double;
alter table metrics.runs add column gaining_months double;
alter table metrics.runs add column best_year_return double;
alter table metrics.runs add column worst_year_return double;
alter table metrics.runs add column buy_and_hold_beta double;
alter table metrics.runs add column buy_and_hold_alpha double;
alter table metrics.runs add column buy_and_hold_correlation double;
alter table metrics.runs add column buy_and_hold_tracking_error double;
alter table metrics.runs add column buy_and_hold_information_ratio double;
alter table metrics.runs add column buy_and_hold_up_capture double;
alter table metrics.runs add column buy_and_hold_down_capture double;
alter table metrics.runs add column benchmark_beta double;
alter table metrics.runs add column benchmark_alpha double;
alter table metrics.runs add column benchmark_correlation double;
alter table metrics.runs add column benchmark_tracking_error double;
alter table metrics.runs add column benchmark_information_ratio double;
alter table metrics.runs add column benchmark_up_capture double;
alter table metrics.runs add column benchmark_down_capture double;
