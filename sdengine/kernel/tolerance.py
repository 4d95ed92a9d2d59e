"""Every tolerance, and what it is a tolerance of: floats are rounded, money and shares are not."""

DUST = 1e-12
"""Share of an amount or a quantity that is rounding of floats: neither money nor shares, nor a dearer lot."""

SLACK = 1e-9
"""A weight this close to an edge, a cash need this share of its amount away: met."""

LOT_HAIR = 1e-9
"""Of one lot: a quantity that lies this little below (or, rounding up, above) whole lots is whole lots."""

TAX_GRAIN = 1e-12
"""Taxes per unit of cash that differ by less are equal: the unit costs of one ladder price differ by rounding."""

PRICE_NOISE = 1e-9
"""Relative excess of open or close over high, or below low, that is rounding of an adjusted price."""

SUM_EXCESS = 1e-9
"""How far weights or targets may sum to more than 1: three times 1/3 and the like."""
