-- Every setting of a run becomes a column; runs that are measured already get theirs from their parameters.

alter table metrics.assets add column initial_weight double;
alter table metrics.assets add column initial_value double;
alter table metrics.assets add column initial_quantity double;
alter table metrics.assets add column target double;
alter table metrics.assets add column band_min double;
alter table metrics.assets add column band_max double;

alter table metrics.runs add column window_start date;
alter table metrics.runs add column window_end date;
alter table metrics.runs add column asset_class varchar;
alter table metrics.runs add column initial_weight double;
alter table metrics.runs add column initial_value double;
alter table metrics.runs add column initial_quantity double;
alter table metrics.runs add column target double;
alter table metrics.runs add column band_min double;
alter table metrics.runs add column band_max double;
alter table metrics.runs add column rebalancing_drift double default 0;
alter table metrics.runs add column rebalancing_calendar varchar;
alter table metrics.runs add column rebalancing_signals boolean default false;
alter table metrics.runs add column arbitrage_threshold double default 0;
alter table metrics.runs add column arbitrage_fraction double default 0;
alter table metrics.runs add column arbitrage_cooldown_days bigint default 0;
alter table metrics.runs add column dynamic_sd_n_gap_threshold double;
alter table metrics.runs add column tax_short_rate double;
alter table metrics.runs add column tax_long_rate double;
alter table metrics.runs add column withdrawal_inflation double;
alter table metrics.runs add column withdrawal_floor double;
alter table metrics.runs add column withdrawal_ceiling double;
alter table metrics.runs add column withdrawal_upper_guardrail double;
alter table metrics.runs add column withdrawal_lower_guardrail double;
alter table metrics.runs add column withdrawal_adjustment double;
alter table metrics.runs add column withdrawal_inflation_cap double;
alter table metrics.runs add column withdrawal_years bigint;
alter table metrics.runs add column withdrawal_stock_share double;
alter table metrics.runs add column withdrawal_stock_return double;
alter table metrics.runs add column withdrawal_bond_return double;

-- DuckDB takes "not null" only before rows are updated, so the defaults above hold the place until then
alter table metrics.runs alter column rebalancing_drift set not null;
alter table metrics.runs alter column rebalancing_signals set not null;
alter table metrics.runs alter column arbitrage_threshold set not null;
alter table metrics.runs alter column arbitrage_fraction set not null;
alter table metrics.runs alter column arbitrage_cooldown_days set not null;
alter table metrics.runs alter column rebalancing_drift drop default;
alter table metrics.runs alter column rebalancing_signals drop default;
alter table metrics.runs alter column arbitrage_threshold drop default;
alter table metrics.runs alter column arbitrage_fraction drop default;
alter table metrics.runs alter column arbitrage_cooldown_days drop default;

-- rows without whole parameters beside them count as not measured: the next night measures their runs anew
delete from metrics.runs where run_id not in (
    select run_id from backtest.runs
    where parameters ->> '$.rebalancing.drift' is not null and parameters ->> '$.arbitrage.threshold' is not null
);

update metrics.assets set
    initial_weight = (asset ->> '$.weight')::double,
    initial_value = (asset ->> '$.value')::double,
    initial_quantity = (asset ->> '$.quantity')::double,
    target = (asset ->> '$.target')::double,
    band_min = (asset ->> '$.band[0]')::double,
    band_max = (asset ->> '$.band[1]')::double
from (select run_id, unnest(parameters::json -> '$.assets[*]') as asset from backtest.runs) as given
where given.run_id = assets.run_id and asset ->> '$.ticker' = assets.ticker;

update metrics.runs set
    window_start = (given ->> '$.portfolio.start')::date,
    window_end = (given ->> '$.portfolio.end')::date,
    rebalancing_drift = (given ->> '$.rebalancing.drift')::double,
    rebalancing_calendar = given ->> '$.rebalancing.calendar',
    rebalancing_signals = (given ->> '$.rebalancing.signals')::boolean,
    arbitrage_threshold = (given ->> '$.arbitrage.threshold')::double,
    arbitrage_fraction = (given ->> '$.arbitrage.fraction')::double,
    arbitrage_cooldown_days = (given ->> '$.arbitrage.cooldown_days')::bigint,
    dynamic_sd_n_gap_threshold = (given ->> '$.dynamic_sd_n.gap_threshold')::double,
    tax_short_rate = (given ->> '$.taxes.short_rate')::double,
    tax_long_rate = (given ->> '$.taxes.long_rate')::double,
    withdrawal_inflation = (given ->> '$.withdrawal.inflation')::double,
    withdrawal_floor = (given ->> '$.withdrawal.floor')::double,
    withdrawal_ceiling = (given ->> '$.withdrawal.ceiling')::double,
    withdrawal_upper_guardrail = (given ->> '$.withdrawal.upper_guardrail')::double,
    withdrawal_lower_guardrail = (given ->> '$.withdrawal.lower_guardrail')::double,
    withdrawal_adjustment = (given ->> '$.withdrawal.adjustment')::double,
    withdrawal_inflation_cap = (given ->> '$.withdrawal.inflation_cap')::double,
    withdrawal_years = (given ->> '$.withdrawal.years')::bigint,
    withdrawal_stock_share = (given ->> '$.withdrawal.stock_share')::double,
    withdrawal_stock_return = (given ->> '$.withdrawal.stock_return')::double,
    withdrawal_bond_return = (given ->> '$.withdrawal.bond_return')::double
from (select run_id, parameters::json as given from backtest.runs) as parameters_of
where parameters_of.run_id = runs.run_id;

-- what all assets of a run share, and nothing where they differ
update metrics.runs set
    asset_class = shared.asset_class,
    initial_weight = shared.initial_weight,
    initial_value = shared.initial_value,
    initial_quantity = shared.initial_quantity,
    target = shared.target,
    band_min = shared.band_min,
    band_max = shared.band_max
from (
    select
        run_id,
        case when count(asset_class) = count(*) and min(asset_class) = max(asset_class)
            then min(asset_class) end as asset_class,
        case when count(initial_weight) = count(*) and min(initial_weight) = max(initial_weight)
            then min(initial_weight) end as initial_weight,
        case when count(initial_value) = count(*) and min(initial_value) = max(initial_value)
            then min(initial_value) end as initial_value,
        case when count(initial_quantity) = count(*) and min(initial_quantity) = max(initial_quantity)
            then min(initial_quantity) end as initial_quantity,
        case when count(target) = count(*) and min(target) = max(target) then min(target) end as target,
        case when count(band_min) = count(*) and min(band_min) = max(band_min) then min(band_min) end as band_min,
        case when count(band_max) = count(*) and min(band_max) = max(band_max) then min(band_max) end as band_max
    from metrics.assets
    group by run_id
) as shared
where shared.run_id = runs.run_id;
