"""A file of settings comes in whole, or as one sentence; nothing that it holds can break who reads on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.toml_file import BadToml, read_toml

DEEP = "lists or tables lie more than 60 deep"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = " + "[" * 5000 + "]" * 5000, f"is not valid TOML: {DEEP}"),
        ("x = " + "{a = " * 3000 + "1" + "}" * 3000, f"is not valid TOML: {DEEP}"),
        (".".join("x" * 70) + " = 1", f"is not valid TOML: {DEEP} in x"),
        ("x = " + "9" * 5000, "is not valid TOML: Exceeds the limit (4300 digits) for integer string conversion"),
        ("x = " + "9" * 400, "is not valid TOML: a whole number of more than 64 bits in x"),
        ("y.z = [1, 0x" + "f" * 17 + "]", "is not valid TOML: a whole number of more than 64 bits in y"),
        ("x = 2024-02-30", "is not valid TOML: "),
        ("x = ", "is not valid TOML: "),
        ("x = 1 # " + "x" * (1 << 20), "cannot be read: is larger than 1 MB"),
        (b"x = '\xff'", "is not UTF-8 text: invalid start byte"),
        ("x = 1".encode("utf-16"), "is not UTF-8 text: "),
    ],
    ids=lambda given: repr(given)[:24],
)
def test_what_no_parser_can_take_is_one_sentence(tmp_path: Path, text: str | bytes, message: str) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadToml) as refusal:
        read_toml(file)
    assert str(refusal.value).startswith(message)
    assert len(str(refusal.value)) < 300


def test_what_is_bounded_still_comes_in(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("\ufeffx = [9223372036854775807, 1e308, -9223372036854775808]\n" + ".".join("y" * 60) + " = 1\n")
    told = read_toml(file)
    assert told["x"] == [2**63 - 1, 1e308, -(2**63)]
    assert "y" in told


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")  # opened, it would wait for ever
    with pytest.raises(BadToml, match="cannot be read: is no file"):
        read_toml(tmp_path / "pipe.toml")
    with pytest.raises(BadToml, match="cannot be read: File name too long"):
        read_toml(tmp_path / ("x" * 20_000))
    with pytest.raises(FileNotFoundError):
        read_toml(tmp_path / "none.toml")
