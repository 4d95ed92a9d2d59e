"""What the source's last answer left out: it stays, and is flagged, unless nobody can say on which scale it stands."""

from __future__ import annotations

from functools import partial

import polars as pl

from flows.validate.rules.base import Rule

SET_ASIDE = "set_aside"


def _left_out(what: str) -> pl.Expr:
    numbers = ", or a number of it" if what == "bar" else ""
    scaled = pl.when(pl.col("standing") == "rescaled").then(pl.lit(", and is rescaled as the bars around it were"))
    return pl.concat_str(
        pl.lit(f"the source's last answer left it out{numbers}; it is kept"), scaled.otherwise(pl.lit(""))
    )


def _rules(what: str, grain: str) -> tuple[Rule, ...]:
    return (
        Rule(
            f"{what}_left_out",
            grain,
            "warning",
            f"a stored {what} that the source's last answer left out: it is kept",
            lambda _: ~pl.col("standing").is_in(["kept", "rescaled"]),
            partial(_left_out, what),
        ),
        Rule(
            f"{what}_set_aside",
            grain,
            "error",
            f"a stored {what} that the source left out when it restated the bars around it, by no one factor",
            lambda _: pl.col("standing") != SET_ASIDE,
            lambda: pl.lit("the source restated the bars around it by no one factor, and left it out"),
        ),
    )


RULES = (*_rules("bar", "raw_bar"), *_rules("action", "raw_action"))
