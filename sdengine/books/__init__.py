"""What a trade leaves behind: bank, lots, income, taxes, and what all of it is worth."""
