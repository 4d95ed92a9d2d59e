"""How much of each asset is bought at first, where the scenario leaves it open."""

from collections.abc import Sequence

from sdengine.kernel.tolerance import SUM_EXCESS
from sdengine.scenario.asset import BUDGETS, AssetSettings, budgets_of
from sdengine.scenario.errors import Refused


def resolve_budgets(assets: Sequence[AssetSettings], initial_cash: float) -> tuple[AssetSettings, ...]:
    """Give every asset exactly one of weight, value and quantity.

    An asset with none of them gets its `target` as weight; without a target, an equal share of
    `1 - sum(weights) - sum(values) / initial_cash` (quantities have no price yet and count as nothing).

    Raises:
        Refused: when assets are left over and the others have taken everything.
    """
    if not any(map(_is_open, assets)):
        return tuple(assets)
    settled = [
        asset.model_copy(update={"weight": asset.target}) if _is_open(asset) and asset.target is not None else asset
        for asset in assets
    ]
    waiting = [position for position, asset in enumerate(settled) if _is_open(asset)]
    if not waiting:
        return tuple(settled)
    taken = sum(asset.weight or 0.0 for asset in settled)
    taken += sum(asset.value or 0.0 for asset in settled) / initial_cash
    share = (1.0 - taken) / len(waiting)
    if share <= SUM_EXCESS:
        raise Refused(
            *(
                (
                    (position, "weight"),
                    "`{key}` is missing, and the other assets take all cash; give it or reduce theirs",
                )
                for position in waiting
            )
        )
    for position in waiting:
        settled[position] = settled[position].model_copy(update={"weight": share})
    return tuple(settled)


def _is_open(asset: AssetSettings) -> bool:
    return budgets_of(asset).count(None) == len(BUDGETS)
