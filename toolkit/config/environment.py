"""The environment, for rooms that may not read it themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping


def inherited() -> Mapping[str, str]:
    """A copy of our environment, for a program that is started on the user's behalf."""
    return dict(os.environ)
