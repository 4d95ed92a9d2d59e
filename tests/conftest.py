"""What all tests share: the profile of the random ones."""

from tests.strategies.profiles import load_profile

load_profile()
