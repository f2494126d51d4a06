"""Findings as SARIF 2.1.0 (OASIS), as code hosts take it: rules, results with places and fingerprints."""

from __future__ import annotations

import json
from urllib.parse import quote

from toolkit import __version__
from toolkit.validate.catalogue import describe
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.outcome import Lines, Outcome

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render(outcome: Outcome, lines: Lines, *, color: bool = False) -> str:  # noqa: ARG001  # one signature for all
    ids = sorted({finding.rule for _, finding in outcome.findings})
    index = {id_: number for number, id_ in enumerate(ids)}
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "sfmeta",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": [_rule(id_) for id_ in ids],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": f"{rule} was not run: {reason}"}}
                            for rule, reason in outcome.not_run
                        ],
                    }
                ],
                "results": [_result(name, finding, index) for name, finding in outcome.findings],
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _rule(id_: str) -> dict[str, object]:
    rule = describe(id_)
    return {
        "id": id_,
        "name": id_,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why or rule.title},
        "help": {"text": rule.mend or rule.title},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(name: str, finding: Finding, index: dict[str, int]) -> dict[str, object]:
    where = finding.where
    physical: dict[str, object] = {"artifactLocation": {"uri": _uri(where.file)}}
    if where.line:
        physical["region"] = {"startLine": where.line, **({"startColumn": where.column} if where.column else {})}
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}. To mend it: {finding.mend}"},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"sfmeta/v1": name},
    }


def _uri(path: str) -> str:
    """A relative URI, or file: for an absolute path."""
    quoted = quote(path.encode("utf-8", "surrogatepass"), safe="/!'()*~")
    return f"file://{quoted}" if path.startswith("/") else quoted
