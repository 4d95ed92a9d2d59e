"""The Synthetic Dividend portfolio engine: arrays in, arrays out."""
