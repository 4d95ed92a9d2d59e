"""The law is cited by path and heading, and every heading that is cited stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdengine import version

ROOT = Path(__file__).parents[2]
RULES = ROOT / "sdengine" / "RULES.md"
CITED = re.compile(r'sdengine/RULES\.md`,\s*"([^"]+)"')


def headings(text: str) -> set[str]:
    return {line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")}


def citations() -> Iterator[tuple[str, str]]:
    """Each file that cites a heading, and the heading."""
    for folder in ("sdengine", "flows", "schemas", "warehouse", "tests"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for heading in CITED.findall(file.read_text(encoding="utf-8")):
                yield file.relative_to(ROOT).as_posix(), heading


@pytest.mark.parametrize(("file", "heading"), list(citations()))
def test_every_cited_heading_exists(file: str, heading: str) -> None:
    assert heading in headings(RULES.read_text(encoding="utf-8")), file


def test_every_phase_is_cited_by_the_engine_and_by_the_oracle() -> None:
    for folder in ("sdengine/", "tests/oracle/"):
        cited = {heading for file, heading in citations() if file.startswith(folder)}
        assert cited >= {"Fills inside a bar", "Taxes", "Funding", "Withdrawals", "Bands", "Arbitrage", "Lots"}


def test_a_heading_that_is_none_is_noticed() -> None:
    cited = CITED.findall(f'see {"`sdengine/RULES.md`"}, "No such rule", and so on')
    assert cited == ["No such rule"]
    assert not set(cited) & headings(RULES.read_text(encoding="utf-8"))


def test_the_version_of_the_rules_is_the_last_one_that_they_tell_of() -> None:
    text = RULES.read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d+) \| ", text, flags=re.MULTILINE)
    assert told == [str(number) for number in range(1, version.RULES_VERSION + 1)]
    assert f"This is version {version.RULES_VERSION} of the rules." in text
