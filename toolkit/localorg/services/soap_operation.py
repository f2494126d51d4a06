"""The shape of a SOAP operation."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.localorg.http import Call, Reply
from toolkit.localorg.soap import Envelope

Operation = Callable[[Call, Envelope], Reply]
