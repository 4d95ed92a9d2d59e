"""A night's results, worked through in a marimo notebook: `marimo edit flows/results/notebook.py`.

It reads what was published in the folder that SDENGINE_WAREHOUSE names, and writes nothing.
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import json

    import marimo as mo
    import polars as pl

    from flows.settings import read_settings
    from sdengine import Scenario, run_scenario
    from warehouse import open_results
    from warehouse.statements import statement

    return Scenario, json, mo, open_results, pl, read_settings, run_scenario, statement


@app.cell
def _(mo, open_results, read_settings):
    results = open_results(read_settings().warehouse)
    mo.md(f"# What a night has published\n\n`{results.path}`. Any SQL can be asked: `warehouse/RECIPES.md` has more.")
    return (results,)


@app.cell
def _(mo, results):
    ranking = results.summary()
    mo.vstack([mo.md("## Which scenario did best?"), ranking])
    return (ranking,)


@app.cell
def _(mo, ranking):
    names = ranking["scenario"].to_list()
    chosen = mo.ui.dropdown(names, value="full" if "full" in names else names[0], label="Look at")
    chosen
    return (chosen,)


@app.cell
def _(chosen, results):
    def of_chosen(sql):
        """Ask for the rows of the scenario that was chosen; $name in the SQL."""
        return results.frame(sql, {"name": chosen.value})

    return (of_chosen,)


@app.cell
def _(chosen, mo, results):
    value = results.plot(chosen.value)
    mo.vstack([mo.md("## What was it worth, and how bad was it?"), value])
    return (value,)


@app.cell
def _(mo, of_chosen):
    income = of_chosen("""
        from years
        select year, synthetic_dividends, dividends, due, paid, final_value, total_return
        where scenario = $name and role = 'scenario'
        order by year
    """)
    mo.vstack([mo.md("## Year by year"), income])
    return (income,)


@app.cell
def _(chosen, income, mo, results):
    earned = results.plot(chosen.value, "income") if income.height else mo.md("It has no years yet.")
    earned
    return (earned,)


@app.cell
def _(mo, of_chosen):
    orders = of_chosen("""
        from orders
        select ticker, side, qty, limit_price, distance, worth
        where scenario = $name and role = 'scenario'
        order by ticker, side
    """)
    mo.vstack([mo.md("## What rests now"), orders])
    return (orders,)


@app.cell
def _(mo, of_chosen):
    skipped = of_chosen("""
        from skipped
        select ticker, action, qty, first_on, last_on, times, lacked
        where scenario = $name and role = 'scenario'
        order by first_on, ticker
    """)
    mo.vstack([mo.md("## What was reached and not done"), skipped])
    return (skipped,)


@app.cell
def _(Scenario, json, mo, of_chosen):
    parameters = of_chosen("""
        select parameters
        from backtest.runs
        where scenario = $name and role = 'scenario' and status = 'done' and asked
    """)
    scenario = Scenario.from_parameters(json.loads(parameters.item()), name="as published")
    bracket = mo.ui.slider(2, 20, value=4, label="sd_n")
    title = mo.md("## What if the brackets were others?\n\nThe same engine, on the bars that were published.")
    mo.vstack([title, bracket])
    return bracket, scenario


@app.cell
def _(Scenario, bracket, mo, pl, results, run_scenario, scenario, statement):
    bars = results.frame(statement("backtest/bars"), {"tickers": [asset.ticker for asset in scenario.assets]})
    changed = scenario.parameters()
    for asset in changed["assets"]:
        asset["sd_n"] = float(bracket.value)
    again = run_scenario(scenario, bars)
    other = run_scenario(Scenario.from_parameters(changed, name=f"sd_n {bracket.value}"), bars)
    columns = [run.summary().select("figure", pl.col("value").alias(run.scenario.name)) for run in (again, other)]
    compared = pl.concat(columns, how="align")
    pictures = mo.hstack([run.plot().update_layout(title=run.scenario.name) for run in (again, other)])
    mo.vstack([again, compared, pictures])
    return again, bars, compared, other, pictures


if __name__ == "__main__":
    app.run()
