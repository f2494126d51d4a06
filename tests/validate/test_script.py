"""Names in the sources of Lightning components."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.validate.discover import from_paths
from toolkit.validate.engine import validate
from toolkit.validate.plan import Options

META = '<LightningComponentBundle xmlns="http://soap.sforce.com/2006/04/metadata"/>'


def found(folder: Path, files: dict[str, str], *, closed: bool = True) -> list[str]:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    result = validate(from_paths([str(folder)], api_version="62.0"), Options(closed=closed, schema=False))
    return [
        f"{f.rule} {f.severity.value} {f.where.line}:{f.where.column} {f.message.partition(' is not')[0]}"
        for f in result.findings
        if f.rule.startswith("E315")
    ]


def module(folder: Path, script: str) -> list[str]:
    return found(folder, {"lwc/a/a.js": script, "lwc/a/a.js-meta.xml": META})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import go from '@salesforce/apex/Gone.go';", "E3150 error 1:17 the Apex class Gone"),
        ('import go from "@salesforce/apexContinuation/Gone.go";', "E3150 error 1:17 the Apex class Gone"),
        ("const m = await import('@salesforce/apex/Gone.go');", "E3150 error 1:25 the Apex class Gone"),
        ("import go from '@salesforce/apex/ns.Gone.go';", "E3150 note 1:17 the Apex class ns__Gone"),
        ("import O from '@salesforce/schema/Gone__c';", "E3152 error 1:16 the object or field Gone__c"),
        ("import F from '@salesforce/schema/Case.P__r.Q__c';", "E3152 error 1:16 the object or field Case.P__c"),
        ("import l from '@salesforce/label/ns.L';", "E3153 note 1:16 the custom label ns__L"),
        ("import r from '@salesforce/resourceUrl/R';", "E3154 error 1:16 the static resource or asset file R"),
        ("import r from '@salesforce/contentAssetUrl/R';", "E3154 error 1:16 the static resource or asset file R"),
        ("import c from '@salesforce/messageChannel/C__c';", "E3155 error 1:16 the message channel C"),
        ("import p from '@salesforce/customPermission/P';", "E3156 error 1:16 the custom permission P"),
        ("export * from 'c/gone';", "E3157 error 1:16 the Lightning component gone"),
    ],
)
def test_what_a_module_imports(tmp_path: Path, line: str, expected: str) -> None:
    assert module(tmp_path, line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "// import go from '@salesforce/apex/Gone.go';",
        "/* import go from '@salesforce/apex/Gone.go'; */",
        "import O from '@salesforce/schema/Account';",
        "import F from '@salesforce/schema/Contact.Account.Name';",
        "import id from '@salesforce/user/Id';",
        "import p from '@salesforce/userPermission/ModifyAllData';",
        "import { LightningElement } from 'lwc';",
        "import { self } from 'c/a';",
        "const text = '//'; // import l from '@salesforce/label/c.Gone'",
    ],
)
def test_what_names_nothing_of_the_project(tmp_path: Path, line: str) -> None:
    assert module(tmp_path, line) == []


def test_tests_beside_a_component_are_not_deployed(tmp_path: Path) -> None:
    assert found(tmp_path, {"lwc/a/__tests__/a.test.js": "import go from '@salesforce/apex/Gone.go';"}) == []


def test_without_closed_a_name_from_outside_is_a_note(tmp_path: Path) -> None:
    files = {"lwc/a/a.html": "<template>\n  <!-- <c-one/> -->\n  <c-not-here></c-not-here>\n</template>"}
    assert found(tmp_path, files, closed=False) == ["E3157 note 3:4 the Lightning component notHere"]


def test_what_an_aura_bundle_names(tmp_path: Path) -> None:
    files = {
        "aura/x/x.cmp": (
            '<aura:component controller="Gone" implements="flexipage:availableForAllPageTypes">\n'
            '  <aura:handler event="c:goneEvent" action="{!c.go}"/>\n'
            "  <!-- <c:hidden/> -->\n"
            "  <c:a/>{!$Label.c.Gone}{!$Resource.Gone + '/x'}\n"
            "</aura:component>"
        ),
        "aura/x/xController.js": "({ go: function (cmp) { $A.get('e.c:lost').fire(); /* $Label.c.No */ } })",
        "lwc/a/a.js-meta.xml": META,
    }
    assert found(tmp_path, files) == [
        "E3150 error 1:29 the Apex class Gone",
        "E3157 error 2:24 the Lightning component goneEvent",
        "E3153 error 4:11 the custom label Gone",
        "E3154 error 4:27 the static resource or asset file Gone",
        "E3157 error 1:35 the Lightning component lost",
    ]


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        ("public class H { @AuraEnabled public static void go() {} }", True),
        ("public class H { @AuraEnabled(cacheable=true)\n @TestVisible\n global static A GO() {} }", True),
        ("public class H { @AuraEnabled public String name { get; set; } public static void go() {} }", False),
        ("public class H { @AuraEnabled public void go() {} }", False),
        ("public class H { // @AuraEnabled\n public static void go() {} }", False),
    ],
)  # fmt: skip
def test_a_method_has_to_be_offered(tmp_path: Path, code: str, offered: bool) -> None:
    script = "import go from '@salesforce/apex/H.go';"
    files = {"lwc/a/a.js": script, "lwc/a/a.js-meta.xml": META, "classes/H.cls": code, "classes/H.cls-meta.xml": META}
    expected = [] if offered else ["E3151 error 1:17 H has no static method go with @AuraEnabled"]
    assert found(tmp_path, files, closed=False) == expected
