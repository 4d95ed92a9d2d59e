"""One asset's ladder of orders: formulas, the two that rest, and how a bar fills them."""
