"""Every source in the list can be opened, keeps the protocol, goes by its own name and has its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.sources import SOURCES, Source, open_source


@pytest.mark.parametrize("name", SOURCES)
def test_it_opens_under_its_name_and_keeps_the_protocol(name: str, tmp_path: Path) -> None:
    (tmp_path / "A.csv").write_text("date,close\n2024-01-02,1\n")
    source = open_source(name, warehouse_dir=tmp_path / "data", files=tmp_path)
    assert isinstance(source, Source)
    assert source.name == name
    assert SOURCES[name].note


def test_every_module_is_in_the_list_and_tested() -> None:
    """A source is a module or a folder; helpers of the same word belong to it (`yahoo_session` to `yahoo`)."""
    here, sources = Path(__file__).parent, Path(__file__).parents[3] / "flows" / "sources"
    names = {path.stem for path in sources.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    modules = {name for name in names if name not in ("__init__", "base") and "_" not in name}
    assert len(modules) == len(SOURCES), f"modules {sorted(modules)}, lines in flows/sources/__init__.py {[*SOURCES]}"
    for module in modules:
        assert (here / f"test_{module}.py").exists(), module
