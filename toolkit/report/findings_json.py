"""Findings as one JSON document. Keys are only ever added."""

from __future__ import annotations

import json

from toolkit.validate.finding import Severity
from toolkit.validate.outcome import Lines, Outcome


def render(outcome: Outcome, lines: Lines, *, color: bool = False) -> str:  # noqa: ARG001  # one signature for all
    document = {
        "status": "failed" if outcome.number_of(Severity.ERROR) else "passed",
        "apiVersion": outcome.api_version,
        "files": outcome.files,
        "counts": {severity.value: outcome.number_of(severity) for severity in Severity},
        "belowLevel": {severity.value: count for severity, count in outcome.hidden.items()},
        "inBaseline": outcome.known,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity.value,
                "message": finding.message,
                "file": finding.where.file,
                "line": finding.where.line or None,
                "column": finding.where.column or None,
                "mend": finding.mend,
                "fingerprint": name,
            }
            for name, finding in outcome.findings
        ],
        "notChecked": outcome.unchecked,
        "notRun": [{"rule": rule, "reason": reason} for rule, reason in outcome.not_run],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
