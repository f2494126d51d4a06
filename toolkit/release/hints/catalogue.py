"""The catalogue: the topics in the order of docs/errors.md, loaded when a message is explained first."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from toolkit.release.hints.entry import Entry, Topic

TOPICS: tuple[str, ...] = (
    "references",
    "manifests",
    "apex",
    "tests",
    "visualforce",
    "lightning",
    "flexipage",
    "layout",
    "objects",
    "permissions",
    "apps",
    "certificate",
    "flow",
    "sites",
    "agents",
    "custommetadata",
    "deletion",
    "records",
    "auth",
    "limits",
    "transport",
    "families",
)
"""Each is a module of toolkit.release.hints.topics with one TOPIC."""


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic, in the order of TOPICS."""
    return tuple(_topic(name) for name in TOPICS)


@cache
def entries() -> tuple[Entry, ...]:
    """Every entry of every topic."""
    return tuple(entry for topic in topics() for entry in topic.entries)


def _topic(name: str) -> Topic:
    topic = import_module(f"toolkit.release.hints.topics.{name}").TOPIC
    if not isinstance(topic, Topic):
        raise TypeError(f"toolkit.release.hints.topics.{name}.TOPIC is no Topic")
    return topic
