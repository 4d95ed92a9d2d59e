"""Encodings and containers are judged by what is in them, and what is no table is refused for what it is."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import zipfile
from pathlib import Path

import pytest

from flows.sources.base import SourceError
from flows.sources.files import FilesSource, content
from tests.flows.sources.files_writing import EXPECTED, PLAIN, closes, fetched


def gzipped(raw: bytes) -> bytes:
    """Pack without the time of packing: bytes stand in the names of the cases, which all processes must agree on."""
    return gzip.compress(raw, mtime=0)


def zipped(*members: tuple[str, str]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, text in members:
            archive.writestr(zipfile.ZipInfo(name), text)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("AAA.csv", codecs.BOM_UTF8 + PLAIN.encode()),
        ("AAA.csv", codecs.BOM_UTF16_LE + PLAIN.encode("utf-16-le")),
        ("AAA.csv", codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be")),
        ("AAA.csv", PLAIN.encode("utf-16-le")),
        ("AAA.csv", PLAIN.encode("utf-16-be")),
        ("AAA.csv", codecs.BOM_UTF32_LE + PLAIN.encode("utf-32-le")),
        ("AAA.csv", codecs.BOM_UTF32_BE + PLAIN.encode("utf-32-be")),
        ("AAA.csv", PLAIN.replace("\n", "\r").encode()),
        ("AAA.csv", PLAIN.replace("\n", "\r\n").encode()),
        ("AAA.csv", PLAIN.encode() + b"\x1a"),
        ("AAA.CSV", PLAIN.encode()),
        ("AAA.Txt", PLAIN.encode()),
        ("AAA.csv.gz", gzipped(PLAIN.encode())),
        ("AAA.CSV.GZ", gzipped(PLAIN.encode())),
        ("AAA.csv", gzipped(PLAIN.encode())),
        ("AAA.csv.gz", PLAIN.encode()),
        ("AAA.csv.bz2", bz2.compress(PLAIN.encode())),
        ("AAA.csv.xz", lzma.compress(PLAIN.encode())),
        ("AAA.csv.zip", zipped(("inner.csv", PLAIN))),
        ("AAA.csv", zipped(("a/", ""), ("a/inner.csv", PLAIN), ("__MACOSX/x", ""))),
    ],
)
def test_a_file_is_read_for_what_is_in_it(tmp_path: Path, name: str, raw: bytes) -> None:
    got = fetched(tmp_path, text=raw, name=name)
    assert closes(got) == EXPECTED
    assert got.notes == ()


def test_windows_letters_are_read_and_told(tmp_path: Path) -> None:
    text = PLAIN.replace("volume", "St\u00fccke").replace(",", ";").replace("10\n", "1\u00a0234,5\n")
    got = fetched(
        tmp_path, text=text.replace("0.5", "0,5").replace("1.5", "1,5").replace("2.5", "2,5").encode("cp1252")
    )
    assert got.bars["volume"].to_list() == [1234.5, 20.0, 30.0]
    assert got.notes == ("AAA.csv: is not UTF-8; it is read as Windows-1252",)


def test_an_encoding_that_is_said_is_taken(tmp_path: Path) -> None:
    text = PLAIN.replace("date", "\u65e5\u4ed8")
    (tmp_path / "files.toml").write_text(
        'encoding = "shift-jis"\ncolumns = ["date", "open", "high", "low", "close", "volume"]\n'
    )
    assert closes(fetched(tmp_path, text=text.encode("shift-jis"))) == EXPECTED


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            b"<!DOCTYPE html><html>no such file</html>",
            "AAA.csv, line 1: is a web page (or XML), not a table: '<!DOCTYPE",
        ),
        (b'{"Information": "rate limit"}', 'AAA.csv, line 1: is JSON, not a table: \'{"Information": "rate limit"}\''),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "AAA.csv: is an Excel workbook (.xls): save it as CSV"),
        (zipped(("[Content_Types].xml", "")), "AAA.csv: is a workbook (.xlsx or .ods), not a table of text"),
        (
            zipped(("a.csv", PLAIN), ("b.csv", PLAIN)),
            "AAA.csv: is a zip archive of 2 files (a.csv, b.csv); read is one",
        ),
        (zipped(), "AAA.csv: is a zip archive of 0 files"),
        (b"%PDF-1.7", "AAA.csv: is a PDF document"),
        (b"version https://git-lfs.github.com/spec/v1\n", "AAA.csv: is a pointer of Git LFS: fetch the file itself"),
        (gzipped(gzipped(PLAIN.encode())), "AAA.csv: is packed twice: unpack it once"),
        (gzipped(PLAIN.encode())[:-9], "AAA.csv: is damaged or cut short: Compressed file ended before"),
        (bz2.compress(PLAIN.encode())[:-5], "AAA.csv: is damaged or cut short"),
        (lzma.compress(PLAIN.encode())[:-9], "AAA.csv: is damaged or cut short"),
        (zipped(("a.csv", PLAIN))[:-30], "AAA.csv: is damaged or cut short"),
        (
            PLAIN.encode().replace(b"3,20", b"3,\x00\x00"),
            "AAA.csv, line 3: NUL bytes among the text: the file is damaged",
        ),
        (bytes(5000), "AAA.csv"),
        (b"\x81\x8d" + PLAIN.encode(), "AAA.csv, line 1: is not UTF-8 or Windows-1252 text (byte 0x81)"),
        (b"", "AAA.csv: the file is empty"),
    ],
)
def test_what_is_no_table_is_refused_for_what_it_is(tmp_path: Path, raw: bytes, reason: str) -> None:
    (tmp_path / "GOOD.csv").write_text(PLAIN)
    with pytest.raises(SourceError) as refusal:
        fetched(tmp_path, text=raw)
    assert refusal.value.reason.startswith(reason)
    assert closes(FilesSource(tmp_path).fetch("GOOD", None, None)) == EXPECTED


def test_a_damaged_gzip_fails_alone(tmp_path: Path) -> None:
    raw = bytearray(gzipped(PLAIN.encode() * 50))
    raw[30] ^= 0xFF
    with pytest.raises(SourceError, match=r"AAA\.csv\.gz: is damaged or cut short"):
        fetched(tmp_path, text=bytes(raw), name="AAA.csv.gz")


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "STEP", 1 << 18)
    bomb = gzipped(PLAIN.encode() + b"2024-01-05,1,1,1,1,1\n" * 200_000)
    with pytest.raises(SourceError, match="unpacks to more than 200 times its size: no table of prices does"):
        fetched(tmp_path, text=bomb)


def test_too_much_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "LARGEST", 1 << 20)
    with pytest.raises(SourceError, match=r"AAA\.csv: is more than 1 MB of text: divide it"):
        fetched(tmp_path, text=PLAIN + "2024-01-05,1,1,1,1,1\n" * 60_000)


def test_what_is_no_file_is_refused_without_being_opened(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").mkdir()
    os.mkfifo(tmp_path / "BBB.csv")
    (tmp_path / "CCC.csv").symlink_to(tmp_path / "nowhere.csv")
    (tmp_path / "GOOD.csv").write_text(PLAIN)
    source = FilesSource(tmp_path)
    assert source.tickers() == ("AAA", "BBB", "CCC", "GOOD")
    for ticker, reason in (
        ("AAA", "AAA.csv: is a folder, not a file"),
        ("BBB", "BBB.csv: is a pipe, not a file"),
        ("CCC", "CCC.csv: is a link that leads nowhere"),
    ):
        with pytest.raises(SourceError) as refusal:
            source.fetch(ticker, None, None)
        assert refusal.value.reason == reason
    assert closes(source.fetch("GOOD", None, None)) == EXPECTED
