"""A file of consumer prices: what is read of it, and what is refused with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.errors import UsageError
from flows.retire.cpi import read_cpi


def write(folder: Path, text: str | bytes) -> Path:
    file = folder / "cpi.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_each_month_has_its_index(tmp_path: Path) -> None:
    file = write(tmp_path, "\ufeffMonth, Index ,note\n1999-11,168.3,a\n\n1999-12-01,168.3,b\n2000-01,168.8,\n")
    assert read_cpi(file) == {date(1999, 11, 1): 168.3, date(1999, 12, 1): 168.3, date(2000, 1, 1): 168.8}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: its columns are none; allowed is a CSV file with the columns month (YYYY-MM) and index"),
        ("date,cpi\n1999-01,1\n", "line 1: its columns are date, cpi; allowed is a CSV file"),
        ("month,index\n", "there is no month in it; allowed is a CSV file"),
        ("month,index\n1999-01\n", "line 2: 1 values where the first line names 2 columns"),
        ("month,index\n1999-13,1\n", "line 2: the month is '1999-13'; allowed is YYYY-MM, such as 1999-01"),
        ("month,index\nJan 99,1\n", "line 2: the month is 'Jan 99'; allowed is YYYY-MM"),
        ("month,index\n1999-01,1\n1999-03,1\n", "line 3: 1999-03 follows 1999-01; allowed is 1999-02"),
        ("month,index\n1999-12,1\n1999-12,1\n", "line 3: 1999-12 follows 1999-12; allowed is 2000-01"),
        ("month,index\n1999-01,0\n", "line 2: the index is '0'; allowed is a number above 0, such as 164.3"),
        ("month,index\n1999-01,nan\n", "line 2: the index is 'nan'; allowed is a number above 0"),
        ('month,index\n1999-01,"1,5"\n', "line 2: the index is '1,5'; allowed is a number above 0"),
        (b"month,index\n\xff\xfe", "cannot be read: it is no UTF-8 text"),
        (b"month,index\n" + b"9" * (2 << 20), "is larger than 1 MB"),
        (b"month,index\n" + b"9" * 200_000, "cannot be read: field larger than field limit"),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_cpi(write(tmp_path, text))
    assert str(caught.value).startswith(str(tmp_path / "cpi.csv"))
    assert sentence in str(caught.value)


def test_a_file_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cpi\.csv: cannot be read: No such file or directory; allowed is a CSV"):
        read_cpi(tmp_path / "cpi.csv")
    with pytest.raises(UsageError, match="cannot be read: is no file; allowed is a CSV"):
        read_cpi(tmp_path)
