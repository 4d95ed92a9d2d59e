"""Scenario files: finding and reading the TOML, one scenario (with its sweep) to a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.toml_file import BadToml, read_toml

if TYPE_CHECKING:
    from sdengine.scenario import Document, Problem, Scenario

SHIPPED = Path(__file__).parent / "shipped"
BASE_MARK = "_"
"""A file whose name begins so is there to be extended, and no scenario of its own."""


@dataclass(frozen=True)
class InvalidScenario:
    """A scenario file that cannot be run, and everything that is wrong with it."""

    name: str
    file: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class LoadedScenarios:
    """What was found: the valid scenarios in order of file and sweep, the invalid files, and the file of each name."""

    scenarios: tuple[Scenario, ...]
    invalid: tuple[InvalidScenario, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def runs_on(scenario: Scenario, source: str) -> bool:
    """Whether the scenario is meant for data of this source: it names none, or this one."""
    return scenario.source is None or scenario.source == source


def load_scenarios(path: Path | str | None = None) -> LoadedScenarios:
    """Read a TOML file, or all of a folder (not its sub-folders); by default the scenarios that ship.

    A broken file is one entry of `invalid`, and the others are read all the same.

    Raises:
        UsageError: when there is no such file or folder, or nothing to run in it.
    """
    place = SHIPPED if path is None else Path(path)
    if not place.exists():
        raise UsageError(f"--scenario-files {place}: there is no such file or folder")
    files = _scenario_files(place) if place.is_dir() else [place]
    if not files:
        raise UsageError(f"--scenario-files {place}: there is no scenario (*.toml) in this folder{_deeper(place)}")
    scenarios: list[Scenario] = []
    invalid: list[InvalidScenario] = []
    origin: dict[str, str] = {}
    for file in files:
        name, read, problems = _load_one(file, origin)
        if problems:
            invalid.append(InvalidScenario(name, str(file), problems))
        scenarios += read
        origin |= {scenario.name: str(file) for scenario in read}
        if read:
            origin.setdefault(name, str(file))
    return LoadedScenarios(tuple(scenarios), tuple(invalid), origin)


def _deeper(folder: Path) -> str:
    """Name a sub-folder that has scenarios, where the folder itself has none."""
    below = sorted(sub for sub in folder.iterdir() if sub.is_dir() and _scenario_files(sub))
    return f"; {below[0]} has some: write --scenario-files {below[0]}" if below else ""


def _scenario_files(folder: Path) -> list[Path]:
    """List them, be one a link to nowhere: that is a scenario that cannot be read, and not one that there is not."""
    return sorted(
        file for file in folder.glob("*.toml") if not file.is_dir() and not file.name.startswith((BASE_MARK, "."))
    )


def _load_one(file: Path, origin: Mapping[str, str]) -> tuple[str, list[Scenario], tuple[Problem, ...]]:
    from sdengine.scenario import Problem, ScenarioError, expand

    name = file.stem
    if (shown := str(file).encode(errors="backslashreplace").decode()) != str(file):
        why = "is called by bytes that are no text; allowed: a name in UTF-8"
        return Path(shown).stem, [], (Problem("", why, shown),)
    try:
        document = read_document(file)
        name = document.name
        if name in origin:
            text = f'the name "{name}" is taken by {origin[name]}; allowed: a name of its own'
            raise ScenarioError([Problem("name", text, str(file))])
        return name, expand(document.tables, name=file.stem, file=str(file), find=find_base), ()
    except ScenarioError as error:
        return name, [], error.problems
    except Exception as error:  # a file that breaks what reads it fails alone
        why = f"cannot be read: {type(error).__name__}: {str(error)[:160]}"
        return name, [], (Problem("", why, str(file)),)


def read_document(file: Path) -> Document:
    """Read one file's tables.

    Raises:
        ScenarioError: when it cannot be read or is not TOML.
    """
    from sdengine.scenario import Document, Problem, ScenarioError

    try:
        tables = read_toml(file)
    except FileNotFoundError as error:
        raise ScenarioError([Problem("", f"cannot be read: {error.strerror}", str(file))]) from None
    except BadToml as error:
        raise ScenarioError([Problem("", str(error), str(file))]) from None
    name = tables.get("name", file.stem)
    return Document(name if isinstance(name, str) else file.stem, tables, str(file))


def find_base(reference: str, heir: Document) -> Document:
    """Find what `extends` refers to: a file relative to the heir's, a scenario beside it, or one that ships.

    A scenario is found by its file's name without .toml or by the `name` in it.

    Raises:
        ScenarioError: when there is none, naming the nearest one that exists.
    """
    from sdengine.scenario import Problem, ScenarioError

    folder = Path(heir.file).parent if heir.file else SHIPPED
    if reference.endswith(".toml"):
        file = folder / reference
        if _is_file(file):
            return read_document(file.resolve() if ".." in file.parts else file)
        raise ScenarioError([Problem("extends", f"`extends`: there is no file {file!s:.200}", heir.file)])
    known: list[str] = []
    for place in dict.fromkeys((folder, SHIPPED)):
        direct = place / f"{reference}.toml"
        if _is_file(direct):
            return read_document(direct)
        for document in _readable(sorted(place.glob("*.toml"))):
            if document.name == reference:
                return document
            known.append(document.name)
    hint = _nearest(reference, known)
    raise ScenarioError([Problem("extends", f'`extends`: there is no scenario "{reference:.80}"{hint}', heir.file)])


def _is_file(path: Path) -> bool:
    """Tell whether there is a file; a path that can be none (too long, with a NUL in it) is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _readable(files: Iterable[Path]) -> Iterable[Document]:
    from sdengine.scenario import ScenarioError

    for file in files:
        try:
            yield read_document(file)
        except ScenarioError:  # told when that file's own turn comes
            continue


def _nearest(word: str, known: Iterable[str]) -> str:
    from sdengine.words import did_you_mean

    names = sorted(set(known))
    return did_you_mean(word, names) or f"; there are: {', '.join(names)}"
