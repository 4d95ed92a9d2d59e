-- one row is one measured run whose assets and bank do not add up to its gain, total return, deepest drawdown or income
with parts as (
    select
        run_id, sum(gain) as gain, sum(return_contribution) as total_return, sum(drawdown_contribution) as max_drawdown,
        sum(synthetic_dividends) as income, sum(synthetic_dividend_share) as income_share
    from metrics.assets
    group by run_id
),
sums as (
    select
        runs.run_id, runs.scenario, greatest(1, runs.initial_cash, abs(runs.final_value)) as size,
        runs.final_value + runs.withdrawals - runs.initial_cash as gain,
        parts.gain + runs.interest - runs.taxes as gain_of_parts,
        runs.total_return, parts.total_return + runs.bank_return_contribution as return_of_parts,
        runs.max_drawdown, parts.max_drawdown + runs.bank_drawdown_contribution as drawdown_of_parts,
        runs.synthetic_dividends as income, parts.income as income_of_parts, parts.income_share
    from metrics.runs as runs
    left join parts on parts.run_id = runs.run_id
    where runs.bank_return_contribution is not null
)
select * exclude size
from sums
where not coalesce(
    abs(gain - gain_of_parts) < 1e-6 * size
    and abs(total_return - return_of_parts) < 1e-6 * greatest(1, abs(total_return))
    and abs(max_drawdown - drawdown_of_parts) < 1e-6
    and abs(income - income_of_parts) < 1e-6 * size
    and (income = 0 or abs(income_share - 1) <= 1e-6),
    false
)
