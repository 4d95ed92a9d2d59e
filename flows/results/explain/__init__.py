"""Why a trade happened on a day, or did not: read from the published tables, said in words."""
