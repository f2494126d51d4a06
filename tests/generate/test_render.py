from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import GenerateError
from toolkit.generate.render import Renderer


def overriding(folder: Path, name: str, content: str) -> Renderer:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return Renderer(folder)


def failure(renderer: Renderer, name: str, **values: object) -> str:
    with pytest.raises(GenerateError) as caught:
        renderer.xml(name, values)
    return str(caught.value)


def test_xml_is_escaped_and_written_in_one_way(tmp_path: Path) -> None:
    renderer = overriding(tmp_path, "x.xml.j2", "<a>\n<b>{{ v }}</b><c d='{{ v }}'/>\n</a>")
    assert renderer.xml("x.xml.j2", {"v": "<&>\"' ]]>"}) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<a>\n'
        b"    <b>&lt;&amp;&gt;\"' ]]&gt;</b>\n"
        b'    <c d="&lt;&amp;&gt;&quot;\' ]]&gt;"/>\n</a>\n'
    )


def test_an_override_wins_and_others_stay(tmp_path: Path) -> None:
    renderer = overriding(tmp_path, "tabs/tab.tab.j2", "<CustomTab>{{ label }}</CustomTab>")
    assert b"<CustomTab>x</CustomTab>" in renderer.xml("tabs/tab.tab.j2", {"label": "x"})
    shipped = renderer.xml("visualforce/page-meta.xml.j2", {"package": {"api_version": "62.0"}, "label": "L"})
    assert b"<availableInTouch>true</availableInTouch>" in shipped


def test_mistakes_of_an_override_have_a_file_and_a_line(tmp_path: Path) -> None:
    mend = "(mend the override, or remove it to use the shipped template)"
    name = "tabs/tab.tab.j2"
    file = tmp_path / name
    assert failure(overriding(tmp_path, name, "<a>\n{% if %}\n</a>"), name) == (
        f"{file}:2: template: Expected an expression, got 'end of statement block' {mend}"
    )
    assert failure(overriding(tmp_path, name, "<a>\n\n{{ lable }}</a>"), name, label="x") == (
        f"{file}:3: template: 'lable' is undefined {mend}"
    )
    assert failure(overriding(tmp_path, name, "<a>\n{{ 1 // 0 }}</a>"), name) == (
        f"{file}:2: template: integer division or modulo by zero {mend}"
    )
    assert failure(overriding(tmp_path, name, "<a>\n<b></a>"), name).startswith(
        f"{file}: template: renders not well-formed"
    )
    assert failure(overriding(tmp_path, name, "{% include 'nowhere.j2' %}"), name) == (
        f"{file}: template: there is no template nowhere.j2 {mend}"
    )


def test_an_override_that_is_included_is_named_itself(tmp_path: Path) -> None:
    overriding(tmp_path, "inner.j2", "\n{{ nothing }}")
    renderer = overriding(tmp_path, "outer.j2", "<a>{% include 'inner.j2' %}</a>")
    assert failure(renderer, "outer.j2").startswith(f"{tmp_path}/inner.j2:2: template: 'nothing' is undefined")


def test_an_override_runs_in_a_sandbox(tmp_path: Path) -> None:
    for content in ("{{ ''.__class__.__mro__ }}", "{{ v.append(1) }}", "{{ cycler.__init__.__globals__ }}"):
        assert "unsafe" in failure(overriding(tmp_path, "x.j2", f"<a>{content}</a>"), "x.j2", v=[1])
    assert "Range too big" in failure(
        overriding(tmp_path, "x.j2", "<a>{% for i in range(10**9) %}{% endfor %}</a>"), "x.j2"
    )


def test_markup_holds_no_expression_from_a_value(tmp_path: Path) -> None:
    name = "visualforce/Frame.component.j2"
    renderer = overriding(tmp_path, name, '<a>\n<b title="{{ label }}">{!view.frameUrl}</b></a>')
    assert b'<b title="it&#39;s">{!view.frameUrl}</b>' in renderer.text(name, {"label": "it's"})
    with pytest.raises(GenerateError) as caught:
        renderer.text(name, {"label": "{!$Api.Session_ID}"})
    assert str(caught.value).startswith(f"{tmp_path / name}:2: template: text with {{! cannot stand in Visualforce")
