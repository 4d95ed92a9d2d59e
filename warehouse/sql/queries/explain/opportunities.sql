-- one row is the arbitrage opportunity of one run on one day, if one of its two sides is the asset
select sell_ticker, buy_ticker, sell_premium, buy_premium, spread, traded
from backtest.opportunities
where run_id = $run_id and date = $day and $ticker in (sell_ticker, buy_ticker)
