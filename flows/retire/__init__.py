"""The stage `retire`: scenarios and their bars in, whether an income would have lasted out."""
