"""Which file of a folder is whose, by name: whatever their case, and whatever they are packed in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from flows.sources.base import SourceError

_TEXT = (".csv", ".txt", ".tsv", ".tab")
_PACKED = (".gz", ".bz2", ".xz", ".zip")
SUFFIXES = (*(text + packed for text in _TEXT for packed in _PACKED), *_TEXT, ".parquet", ".pq")
"""Names that files end in, in any case; what is in them, their content tells."""
OTHERS = (".xlsx", ".xls", ".ods", ".json", ".html", ".feather", ".arrow", *_PACKED)

DIVIDENDS, SPLITS = "dividends", "splits"
_EVENTS = {f"_{word}{s}": f"{word}s" for word in ("dividend", "split") for s in ("s", "")}


@dataclass(frozen=True)
class Named:
    """A file by its name: whose it is, and whether it tells dividends or splits ('' for bars)."""

    path: Path
    ticker: str
    events: str = ""


def key(ticker: str) -> str:
    """Give a ticker as it is compared: without regard to case, and to how accents are stored."""
    return unicodedata.normalize("NFC", ticker).strip().casefold()


def list_files(path: Path) -> tuple[Named, ...]:
    """All files of a folder that may be ours, sorted by name, or the one file.

    Raises SourceError for everyone: the folder is missing, may not be entered, or holds nothing.
    """
    try:
        if not path.is_dir():
            if path.exists() or path.is_symlink():
                return (_named(path, path.name[: -len(_suffix(path.name) or path.suffix) or None]),)
            raise _of_folder(path, "does not exist")
        entries = sorted(path.iterdir())
    except OSError as trouble:
        raise _of_folder(path, f"cannot be read: {trouble.strerror or trouble}") from trouble
    files = tuple(_named(entry, entry.name[: -len(suffix)]) for entry in entries if (suffix := _suffix(entry.name)))
    if not files:
        raise _of_folder(path, f"holds no file ending in {', '.join((*_TEXT, '.parquet'))}, packed or not")
    return files


def not_found(path: Path, ticker: str, tickers: Iterable[str], unreadable: Sequence[str] = ()) -> SourceError:
    """Give the sentence for a ticker that no file serves: with the name that is nearest, or with what is there.

    `unreadable`: why some files cannot be read. The ticker may stand in one of them.
    """
    known = sorted(tickers)
    near = get_close_matches(key(ticker), [key(one) for one in known], n=3, cutoff=0.6)
    similar = [one for one in known if key(one) in near or key(one).startswith(key(ticker))]
    hint = f"did you mean {' or '.join(similar[:3])}?" if similar else f"there are {', '.join(known[:8])}"
    if not similar and len(known) > 8:
        hint += f" and {len(known) - 8} more"
    unread = [one for one in _entries(path) if key(one.stem) == key(ticker) and one.suffix.lower() in OTHERS]
    if unread:
        hint = f"{unread[0].name} is there, but read are CSV and Parquet: save it as one of them"
    elif unreadable:
        hint += f"; not read: {'; '.join(unreadable[:2])}"
    return SourceError(f"no file in {path} has ticker {ticker!r}; {hint}")


def _entries(path: Path) -> list[Path]:
    try:
        return sorted(path.iterdir()) if path.is_dir() else []
    except OSError:
        return []


def _of_folder(path: Path, what: str) -> SourceError:
    return SourceError(f"source files: {path} {what}", everyone=True)


def _suffix(name: str) -> str:
    """Tell what the name ends in, of SUFFIXES; '' for a file that is not ours, or hidden."""
    if name.startswith((".", "~$")):
        return ""
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix) and len(name) > len(suffix)), "")


def _named(path: Path, stem: str) -> Named:
    stem = stem.strip()
    if stem.casefold() in (DIVIDENDS, SPLITS):
        return Named(path, "", stem.casefold())
    for ending, events in _EVENTS.items():
        if stem.casefold().endswith(ending) and len(stem) > len(ending):
            return Named(path, stem[: -len(ending)], events)
    return Named(path, stem)
