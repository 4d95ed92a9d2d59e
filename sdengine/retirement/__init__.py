"""Would it have lasted? Retirements on rolling windows of the past and on futures drawn from it: pure functions."""
