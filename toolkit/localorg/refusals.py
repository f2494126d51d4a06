"""How the platform says no: one exception for each protocol it is said in.

Refusal           an error code and a sentence; handlers turn it into JSON or a SOAP fault
RecordRefusal     a Refusal about one record, with the fields that are at fault
"""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818  it is an answer, not a fault
    """A request that is answered with an error code and a sentence in the platform's words."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class RecordRefusal(Refusal):
    """A record that was not saved; fields are the API names at fault."""

    def __init__(self, code: str, message: str, fields: tuple[str, ...] = (), *, status: int = 400) -> None:
        super().__init__(code, message, status=status)
        self.fields = fields


def not_found(message: str = "The requested resource does not exist") -> Refusal:
    return Refusal("NOT_FOUND", message, status=404)


def expired_session() -> Refusal:
    return Refusal("INVALID_SESSION_ID", "Session expired or invalid", status=401)
