"""Bytes as text, whatever they are encoded in: given back as UTF-8 with line ends of one kind."""

from __future__ import annotations

import codecs
from pathlib import Path

from flows.sources.files.refusal import refusal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
FALLBACK = "cp1252"
"""Read where it is not UTF-8: digits and signs of numbers are the same in every table of single bytes."""


def to_utf8(path: Path, raw: bytes, encoding: str | None = None, *, whole: bool = True) -> tuple[bytes, str | None]:
    """Give the text as UTF-8, without mark, lines ended by \\n; and a remark if its encoding was taken for one.

    Args:
        path: whose text, for a refusal.
        raw: the bytes.
        encoding: what a person said it is encoded in; None: a mark at the beginning or the bytes themselves tell.
        whole: whether these are all bytes; the beginning of a file may end in half a letter.

    Raises SourceError: it is no text in that encoding, or has NUL among its letters.
    """
    remark = None
    mark, marked = next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", None))
    name = encoding or marked or _without_mark(raw) or "utf-8"
    body = raw[len(mark) :] if mark and name.startswith(("utf", marked or "utf")) else raw
    if not body.isascii() or not name.startswith("utf-8"):
        text = _decoded(path, body, name, whole)
        if text is None and encoding is None and marked is None and name == "utf-8":
            text, remark = _decoded(path, body, FALLBACK, whole), "is not UTF-8; it is read as Windows-1252"
        if text is None:
            raise _undecodable(path, body, name)
        body = text.encode()
    body = body.removesuffix(b"\x1a")  # the end of a file, as DOS wrote it
    if b"\x00" in body:
        line = body[: body.index(b"\x00")].count(b"\n") + 1
        raise refusal(path.name, "NUL bytes among the text: the file is damaged", line)
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return body, remark


def _without_mark(raw: bytes) -> str | None:
    """UTF-16 without a mark: digits and commas leave every other byte NUL."""
    sample = raw[:512]
    if len(sample) < 4 or not sample.count(0):
        return None
    even, odd = sample[::2].count(0) * 2, sample[1::2].count(0) * 2
    if odd > 0.8 * len(sample) and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.8 * len(sample) and not odd else None


def _decoded(path: Path, body: bytes, name: str, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(body, final=whole)
    except UnicodeError:
        return None
    except LookupError:
        raise refusal(path.name, f"files.toml: encoding {name!r} is not known") from None


def _undecodable(path: Path, body: bytes, name: str) -> Exception:
    try:
        body.decode(name)
    except UnicodeDecodeError as trouble:
        line = body[: trouble.start].count(b"\n") + 1
        if name == "utf-8":
            name = "UTF-8 or Windows-1252"
        return refusal(path.name, f"is not {name} text (byte {body[trouble.start]:#x}); encoding in files.toml", line)
    except UnicodeError:
        pass
    return refusal(path.name, f"is not {name} text")
