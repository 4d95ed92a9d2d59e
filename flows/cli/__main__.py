"""`python -m flows.cli`: the command, where its script is not on the path."""

from flows.cli import command

if __name__ == "__main__":  # processes that a cluster starts here import this module, too
    command()
