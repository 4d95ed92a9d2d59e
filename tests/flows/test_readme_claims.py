"""Every sentence of the README is a claim: `readme_claims.toml` names the tests that hold it, and they exist."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.flows.nights import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CLAIMS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("readme_claims.toml").read_text(encoding="utf-8"))

NOTHING = "nothing to hold"
"""Stands for a test where a sentence claims nothing that a test could hold, with the reason behind it."""


def blocks(text: str) -> list[str]:
    """List paragraphs, items of lists and rows of tables, each on one line; no code, headings, pictures."""
    found = []
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^\|.*\|\n(?=\| ---)", "", text, flags=re.MULTILINE)
    for part in re.split(r"\n\s*\n|\n(?=[-|] ?)", text):
        line = " ".join(part.split())
        if line and not line.startswith(("#", "| ---", "![")):
            found.append(line)
    return found


def sentences(text: str) -> list[str]:
    """List the sentences of a text; a row of a table is one, a title in bold is none."""
    found = []
    for block in blocks(text):
        if block.startswith("|"):
            found.append(block)
        else:
            plain = re.sub(r"^(- )?(\*\*[^*]+\*\*)?\s*", "", block)
            found += re.split(r"(?<=[.!?])\s+(?=[A-Z`\[])", plain) if plain else []
    return found


def functions(file: str) -> set[str]:
    """Name the tests of a file, those in classes included."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_sentences_are_found() -> None:
    prose = "# A title\n\nOne `a.b` thing.\nAnother: so 1.5 it is! Is it?\n"
    text = f"{prose}\n- **Bold.** An item.\n- More\n\n```sh\nNo.\n```\n"
    assert sentences(text) == ["One `a.b` thing.", "Another: so 1.5 it is!", "Is it?", "An item.", "More"]
    assert sentences("| head | er |\n| --- | --- |\n| a | b. C |\n") == ["| a | b. C |"]


@pytest.mark.parametrize("sentence", sentences(README))
def test_each_sentence_names_what_holds_it(sentence: str) -> None:
    """A new sentence names its test in `readme_claims.toml`, under words that it begins with."""
    begun = [beginning for beginning in CLAIMS if sentence.startswith(beginning)]
    assert len(begun) == 1, sentence


@pytest.mark.parametrize("beginning", CLAIMS)
def test_what_holds_a_claim_exists(beginning: str) -> None:
    assert [sentence for sentence in sentences(README) if sentence.startswith(beginning)], "no sentence begins so"
    assert CLAIMS[beginning], "no test is named"
    for test in CLAIMS[beginning]:
        file, _, function = test.partition("::")
        assert file == NOTHING or function in functions(file), test
