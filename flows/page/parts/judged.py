"""How sure is that? The verdict in words, and behind it the figures that it rests on."""

from __future__ import annotations

from typing import Any

from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import capital, percent, points


def judged(subject: Subject) -> Part | None:
    """Tell what the scenario is worth within its family."""
    answer = subject.ask("judged")
    return what_it_is_worth(answer[0], subject.sql("judged")) if answer else None


def what_it_is_worth(row: dict[str, Any], sql: str) -> Part:
    """Tell it of a row of `page/judged`; `sql` asks for that."""
    rows = [(name, figure, means) for name, figure, means in _figures(row) if figure]
    return Part(
        "judged",
        "How sure is that?",
        f"{_word(row['verdict'])} {capital(row['sentence'].rstrip('.'))}.",
        table=Table(("what", "figure", "what it says"), rows),
        folded=False,
        sql=sql,
        notes=(row["reason"],) if row["reason"] else (),
    )


def _figures(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    """List the figures in the order of what they weigh; the premium's own come last, with what they judge."""
    low, high = row["excess_low"], row["excess_high"]
    between = f"{points(low)} to {points(high)}" if low is not None and high is not None else ""
    around = row["neighbours_median_excess"]
    ahead = row["walk_forward_excess_cagr"]
    who = "it" if row["trials"] == 1 else f"the best of {row['trials']}"
    return [
        ("against buy and hold", points(row["excess_cagr"]), "growth a year above the twin's"),
        ("nine times in ten", between, "where redrawn pasts put that difference"),
        (
            "luck",
            _known(row["luck"]),
            f"share of worlds without anything to gain in which {who} did as well",
        ),
        (
            "choice overturned",
            _known(row["pbo"]),
            "how often the best of one half of the past was below the middle in the other",
        ),
        (
            "chosen as time went",
            points(ahead) if ahead is not None else "",
            "growth a year above the twin's, choosing by what was known",
        ),
        (
            "with hindsight",
            _hindsight(row),
            "growth a year of each stretch's best, which nobody knew, and of what was chosen",
        ),
        (
            "its neighbours",
            points(around) if around is not None else "",
            "the median of those one step away, above their twins",
        ),
        ("over paths", _paths(row), "growth a year on nine of ten paths drawn at random through the same bars"),
        ("deflated Sharpe", _known(row["dsr"]), "judges the market's premium, and not these rules"),
    ]


def _word(verdict: str | None) -> str:
    return f"Verdict: {verdict}." if verdict else "No verdict."


def _hindsight(row: dict[str, Any]) -> str:
    best, chosen = row["walk_forward_hindsight_cagr"], row["walk_forward_cagr"]
    return "" if best is None or chosen is None else f"{percent(best)}; chosen {percent(chosen)}"


def _paths(row: dict[str, Any]) -> str:
    if row["path_free"]:
        return "the same"
    low, high = row["random_5"], row["random_95"]
    return "" if low is None or high is None else f"{percent(low)} to {percent(high)}"


def _known(share: float | None) -> str:
    return "" if share is None else percent(share, 0)
