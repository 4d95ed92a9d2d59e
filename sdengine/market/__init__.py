"""Bars as the day step reads them: the frame cut into a market, its calendar, what a bar carries on."""
