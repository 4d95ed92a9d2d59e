"""What validation looks for: one rule per suspicion or error, each with a name, a sentence and an expression.

`listing.RULES` has them all, in the order in which clean.checks tells them. A family of rules that looks at the same
rows lives in one module, beside the function that prepares the columns its expressions read.
"""
