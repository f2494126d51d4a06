"""Org: the state, the clock and the switches of one local org; Work: one transaction on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.localorg.clock import Clock, stamp, system_clock
from toolkit.localorg.faults import Faults
from toolkit.localorg.model.fields import SObject
from toolkit.localorg.options import Options, OrgType
from toolkit.localorg.store.components import Components
from toolkit.localorg.store.database import Database
from toolkit.localorg.store.facts import Facts, Sessions
from toolkit.localorg.store.jobs import Jobs
from toolkit.localorg.store.records import Record, Records


@dataclass(frozen=True, slots=True)
class Schema:
    """The sobjects at one moment, by lower-case name and by key prefix."""

    by_name: Mapping[str, SObject]
    by_prefix: Mapping[str, SObject]

    def get(self, name: str) -> SObject | None:
        return self.by_name.get(name.lower())

    def of_id(self, record_id: str) -> SObject | None:
        return self.by_prefix.get(record_id[:3])


class Work:
    """One transaction: the stores, the moment it takes place at, and who does it."""

    def __init__(self, org: Org, connection: sqlite3.Connection, user_id: str) -> None:
        self.org = org
        self.facts = Facts(connection)
        self.sessions = Sessions(connection)
        self.records = Records(connection)
        self.components = Components(connection)
        self.jobs = Jobs(connection)
        self.user_id = user_id
        self.connection = connection
        self._user_names: dict[str, str] = {}

    @cached_property
    def now(self) -> str:
        return stamp(self.org.clock())

    @cached_property
    def org_id(self) -> str:
        return self.facts.get("org_id") or ""

    @property
    def schema(self) -> Schema:
        return self.org.schema(self)

    def user(self) -> Record:
        return self.records.get("User", self.user_id) or {}

    def user_name(self, user_id: str) -> str:
        """As it was when this transaction first asked."""
        if user_id not in self._user_names:
            self._user_names[user_id] = str((self.records.get("User", user_id) or {}).get("Name", ""))
        return self._user_names[user_id]

    @contextmanager
    def savepoint(self) -> Iterator[Callable[[], None]]:
        """A nested part; calling what it yields undoes the part when it ends."""
        undo = False

        def abandon() -> None:
            nonlocal undo
            undo = True

        self.connection.execute("SAVEPOINT part")
        try:
            yield abandon
        except BaseException:
            self.connection.execute("ROLLBACK TO part")
            self.connection.execute("RELEASE part")
            raise
        if undo:
            self.connection.execute("ROLLBACK TO part")
        self.connection.execute("RELEASE part")


class Org:
    """One local org. Threads and processes may share its state; an instance is safe for threads."""

    def __init__(self, state: Path, *, options: Options | None = None, clock: Clock = system_clock) -> None:
        self.state = state
        self.options = options or Options()
        self.clock = clock
        self.database = Database(state / "org.sqlite")
        self.faults = Faults(self.options.faults, self.options.fault_seed)
        self._schema: tuple[str, Schema] | None = None

    @contextmanager
    def read(self, user_id: str = "") -> Iterator[Work]:
        with self.database.reading() as connection:
            yield Work(self, connection, user_id)

    @contextmanager
    def write(self, user_id: str = "") -> Iterator[Work]:
        with self.database.writing() as connection:
            yield Work(self, connection, user_id)

    def schema(self, work: Work) -> Schema:
        """The schema as this transaction sees it; built again only after a change."""
        version = work.facts.get("schema_version") or "0"
        held = self._schema
        if held is None or held[0] != version:
            from toolkit.localorg.model.schema import build

            held = (version, build(work))
            self._schema = held
        return held[1]

    @cached_property
    def org_type(self) -> OrgType:
        """What kind of org this is, as its Organization record tells; settled when the org was made."""
        with self.read() as work:
            record = work.records.get("Organization", work.org_id) or {}
        if record.get("IsSandbox"):
            return "scratch" if record.get("TrialExpirationDate") else "sandbox"
        return "developer" if record.get("OrganizationType") == "Developer Edition" else "production"

    @property
    def is_production(self) -> bool:
        return self.org_type == "production"

    def close(self) -> None:
        self.database.close()
