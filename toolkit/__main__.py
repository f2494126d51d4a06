"""`sfmeta`, and `python -m toolkit`: a process that runs one command and ends."""

from __future__ import annotations

import gc
import sys


def run() -> None:
    """The console script.

    Imports make thousands of objects and no garbage. The collector's first look is put off before they begin, and
    its last one, over everything there is, is left out: together some 15 ms of a command that takes 80.
    """
    gc.set_threshold(100_000)
    from toolkit.cli.main import main

    code = main()
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
