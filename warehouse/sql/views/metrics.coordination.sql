-- one row is one portfolio of several assets beside a sweep that ran each of them alone, with its share of the cash
--
-- Same assets, cash, entries, window, orders and costs, and no withdrawals. value is the final value net of taxes due, of
-- all runs together in the column *_alone. shared_bank is what the portfolio without coordination (mode simple) ended with
-- more than the assets alone; coordination is what this one ended with more than that one, both to the cent. Together they
-- are its gain over the assets alone.
with runs as (
    select
        *,
        row(
            window_start, window_end, variant, sd_n, profit_sharing_pct, lot_size, path, requote, seed, cash_rate, margin_rate,
            allow_margin, on_insufficient_cash, slippage_bps, commission, commission_bps, commission_per_share, lot_method,
            tax_short_rate, tax_long_rate, dynamic_sd_n_gap_threshold
        ) as settings,
        round(initial_weight * initial_cash, 6) as entry
    from metrics.runs
    where
        role = 'scenario' and run_id in (select run_id from backtest.runs where asked)
        and withdrawal_rule is null and initial_weight is not null
),
-- one row is one sweep over single assets, settings alike
alone as (
    select
        sweep, settings, entry, list_sort(list(tickers)) as tickers, sum(initial_cash) as initial_cash,
        sum(final_value_net) as value_alone, sum(synthetic_dividends) as synthetic_dividends_alone
    from runs
    where assets = 1 and sweep is not null
    group by sweep, settings, entry
),
together as (
    select *, list_sort(string_split(tickers, ' ')) as members
    from runs
    where assets > 1
),
-- one row is one portfolio that nothing coordinates; several of the same settings are the same
uncoordinated as (
    select settings, entry, members, initial_cash, min(final_value_net) as value_simple
    from together
    where rebalancing_mode = 'simple' and arbitrage_fraction = 0
    group by settings, entry, members, initial_cash
)
select
    together.scenario, together.rebalancing_mode, together.arbitrage_fraction, together.tickers, alone.sweep as alone,
    together.final_value_net as value, alone.value_alone,
    round(uncoordinated.value_simple - alone.value_alone, 2) as shared_bank,
    round(together.final_value_net - uncoordinated.value_simple, 2) as coordination,
    together.cagr_net as growth,
    (alone.value_alone / alone.initial_cash) ** (1 / together.years) - 1 as growth_alone,
    together.synthetic_dividends, alone.synthetic_dividends_alone
from together
join alone
    on alone.tickers = together.members and alone.settings = together.settings and alone.entry = together.entry
    and abs(alone.initial_cash - together.initial_cash) <= 1e-6 * together.initial_cash
left join uncoordinated
    on uncoordinated.members = together.members and uncoordinated.settings = together.settings
    and uncoordinated.entry = together.entry and uncoordinated.initial_cash = together.initial_cash
order by together.final_value_net desc, together.scenario
