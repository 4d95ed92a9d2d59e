-- one row is one of the runs $run_ids, or one that they are compared with
select
    run_id, scenario, role, first_date, last_date, years, assets, requote, initial_cash, final_value, final_bank, total_return,
    cagr_net, max_drawdown, max_drawdown_peak_on, max_drawdown_trough_on, max_drawdown_recovered_on, current_drawdown,
    withdrawals, withdrawals_due, longest_gap_months, depleted_on, synthetic_dividends, dividends,
    buy_and_hold_twin, excess_cagr, buy_and_hold_withdrawals, ath_only_twin, ath_only_withdrawals,
    benchmark, benchmark_reason, benchmark_twin, benchmark_excess_cagr, benchmark_withdrawals, paid_unlike
from metrics.runs
where run_id in (
    select unnest([run_id, buy_and_hold_twin, ath_only_twin, benchmark_twin])
    from metrics.runs
    where list_contains($run_ids, run_id)
)
order by run_id
