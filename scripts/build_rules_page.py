"""Write docs/rules.md from the rules themselves: `python scripts/build_rules_page.py [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from toolkit.validate import framework, schema
from toolkit.validate.registry import RULES
from toolkit.validate.rule import Example, Rule

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
TOPICS = {
    "project": "Files and projects",
    "manifests": "Manifests",
    "references": "References between components",
    "objects": "Objects, fields, settings, labels and records",
    "permissions": "Permission sets and profiles",
    "apps": "Apps, tabs, certificates and endpoints",
    "pages": "Lightning pages and layouts",
    "visualforce": "Visualforce",
    "apex": "Apex",
    "secrets": "Secrets",
}
HEAD = """# Rules

`sfmeta validate` checks metadata without an org. This page is written by `scripts/build_rules_page.py` from the rules
themselves; a test keeps it current.

The letter of an id is the severity a rule has by nature: E error, W warning, N note. Errors fail the run, warnings
too with `--strict`, notes are only looked for with `--level note`. A name that no file declares (all E30xx, E31xx) is
a note, because the org may have it, unless `--closed` says that the files are all there is; a name with the prefix of
another package stays a note.

## Tuning

`config/validate.yaml`:

```yaml
rules:
  W8007: off            # off, on, error, warning or note
  W5005:
    severity: error
    permissions: ModifyAllData ViewAllData ManageUsers   # a parameter of the rule
ignore:
  - path: "force-app/legacy/**"
    rules: [W8007]      # left out: all rules
    reason: replaced in spring
```

In place, with a reason: `<!-- sfmeta: ignore W5005 for administrators only -->` covers the element it stands before
(the whole file when it stands before the root), `// sfmeta: ignore W8007 at most two turns` its own line, or the next
one when it stands alone. `--baseline FILE --write-baseline` accepts everything there is now, `--baseline FILE` reports
what is new.

`--changed-since REV` is for pull requests. It reports what is in files that differ from the merge base with REV, and of
all other files what was not found there at REV, for which REV is checked out into a temporary folder and checked, too.
So a class that is deleted while a permission set still grants it is reported where it is granted, and as an error even
without `--closed`: it was among the files, and is not any more.

Apex rules also heed `@SuppressWarnings('PMD.Rule')` for the PMD rule of the same meaning.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, _table(), "## Reading files\n", *(_section(rule) for rule in framework.OWN)]
    parts += ["## Schema\n", _schema()]
    for topic, title in TOPICS.items():
        rules = sorted((e.rule for e in RULES if e.module.startswith(topic + ".")), key=lambda rule: rule.id[1:])
        parts.append(f"## {title}\n")
        parts += [_section(rule) for rule in rules]
    return "\n".join(parts)


def _table() -> str:
    rules = sorted((entry.rule for entry in RULES), key=lambda rule: rule.id[1:])
    rows = [f"| [{rule.id}](#{rule.id.lower()}) | {rule.title} |" for rule in rules]
    return f"## All {len(rules)} rules of meaning\n\n| id | finds |\n|---|---|\n" + "\n".join(rows) + "\n"


def _schema() -> str:
    text = (
        "What a file of each type may hold, by the type model that Salesforce publishes (docs/schema.md). A finding\n"
        "may be a warning where real orgs are known to take the file.\n\n| id | finds |\n|---|---|\n"
    )
    return text + "\n".join(f"| {rule.id} | {rule.title} |" for rule in schema.rules()) + "\n"


def _section(rule: Rule) -> str:
    lines = [f"### {rule.id}", "", f"**{rule.title}.** {rule.why}", "", f"Mend: {rule.mend}.", ""]
    lines.append(
        f"Severity: {rule.severity.value}{', off unless switched on' if rule.off else ''}. Source: {rule.source}."
    )
    if rule.parameters:
        listed = ", ".join(f"`{name}` ({value})" for name, value in rule.parameters.items())
        lines.append(f"Parameters: {listed}.")
    if rule.bad:
        lines += ["", "Found:", "", *_example(rule.bad), "", "Not found:", "", *_example(rule.good)]
    return "\n".join(lines) + "\n"


def _example(example: Example) -> list[str]:
    lines = []
    for path, text in example.items():
        shown = text if len(text) < 1500 else text[:60] + "..."
        lines += [f"`{path}`", "", "```" + _language(path), *_masked(shown).splitlines(), "```"]
    return lines


def _masked(text: str) -> str:
    """Examples of secrets look like secrets; the page breaks them, so that scanners of others stay quiet."""
    return text.replace("PRIVATE KEY-----\nMII", "PRIVATE KEY-----\n[...]").replace("AKIAIOSFODNN7REALKEY", "AKIA[...]")


def _language(path: str) -> str:
    suffix = path.removesuffix("-meta.xml").rpartition(".")[2]
    return {"cls": "java", "trigger": "java", "js": "js", "crt": "", "txt": ""}.get(suffix, "xml")


def main() -> int:
    text = page()
    if "--check" in sys.argv:
        return 0 if PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
