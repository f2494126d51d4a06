"""From an access token to its session."""

from __future__ import annotations

from toolkit.localorg.model.org import Org
from toolkit.localorg.refusals import expired_session
from toolkit.localorg.store.facts import Session, Sessions


def session_of(org: Org, token: str | None) -> Session:
    """The session of an access token; INVALID_SESSION_ID when there is none or it is over."""
    if token:
        with org.database.looking() as connection:
            session = Sessions(connection).get(token, "access")
        if session is not None and (not session.expires or session.expires > org.clock().timestamp()):
            return session
    raise expired_session()
