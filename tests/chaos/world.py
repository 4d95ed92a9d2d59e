"""What the nights of a course are about: bars and scenarios that change at random, and never while a night runs."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from schemas.backtest import ALL, KEEP
from tests.flows.nights import BASE, hold, write_bars, write_scenarios

WIDTHS = [4.0, 5.0, 6.0, 7.5, 8.0, 9.0, 12.0, 16.0]


@dataclass
class World:
    """The inputs below `home`; the same `days`, `width`, `members`, `keep` and `held` make the same ones elsewhere.

    days     bars of each ticker
    width    sd_n of the scenario `full`
    members  of the sweep `grid`
    keep     what of its runs is kept
    held     whether there is a scenario `hold`
    """

    home: Path
    days: int = 40
    width: float = 8.0
    members: list[float] = field(default_factory=lambda: [4.0, 16.0])
    keep: str = ALL
    held: bool = True

    def write(self, home: Path | None = None) -> Path:
        """Write the inputs below `home`, or elsewhere."""
        place = home or self.home
        write_bars(place / "bars", days=self.days)
        sweep = f'[sweep]\nkeep = "{self.keep}"\n"asset_defaults.sd_n" = {self.members}\n'
        texts = {"full": BASE.format(sd_n=self.width), "grid": BASE.format(sd_n=8) + sweep}
        if self.held:
            texts["hold"] = hold()
        (place / "scenarios" / "hold.toml").unlink(missing_ok=True)
        write_scenarios(place / "scenarios", **texts)
        return place

    def change(self, chance: random.Random) -> None:
        """Change one of them, so that the next night has something to do."""
        what = chance.choice(["days", "width", "members", "keep", "held"])
        if what == "days":
            self.days += 1
        elif what == "width":
            self.width = chance.choice([width for width in WIDTHS if width != self.width])
        elif what == "members":
            self.members = sorted(chance.sample(WIDTHS, 2))
        elif what == "keep":
            self.keep = chance.choice([keep for keep in KEEP if keep != self.keep])
        else:
            self.held = not self.held
        self.write()
