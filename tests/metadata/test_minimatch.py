from __future__ import annotations

import pytest

from toolkit.metadata import minimatch

# path, glob, whether npm's minimatch 9 says that `**/glob` fits the path
CASES = [
    ("/f/main/classes/A.cls", "f/**/*.cls", True),
    ("/f/A.cls", "f/**/*.cls", True),
    ("/f/A.clsx", "f/**/*.cls", False),
    ("/x/y/f/A.cls", "f/*.cls", True),
    ("/f/x/A.cls", "f/*.cls", False),
    ("/f/a/b/c.txt", "f/**/**", True),
    ("/f", "f/**", False),
    ("/f/A.page", "f/*.{cls,page}", True),
    ("/f/A.css", "f/*.{cls,page}", False),
    ("/f/A1.cls", "A[0-9].cls", True),
    ("/f/Ax.cls", "A[!0-9].cls", True),
    ("/f/A1.cls", "A[!0-9].cls", False),
    ("/f/A.cls", "?.cls", True),
    ("/f/AB.cls", "?.cls", False),
    ("/f/.A.cls", "*.cls", False),
    ("/f/.x/A.cls", "f/**/*.cls", False),
    ("/f/.A.cls", ".A.cls", True),
    ("/f/a+b(c).cls", "a+b*.cls", True),
]


@pytest.mark.parametrize(("path", "glob", "fits"), CASES)
def test_globs_fit_as_minimatch_has_it(path: str, glob: str, fits: bool) -> None:
    assert bool(minimatch.compiled(glob).fullmatch(path)) is fits


@pytest.mark.parametrize(
    ("glob", "message"),
    [
        ("!a/*.cls", "patterns with !, # or (...) are not supported"),
        ("@(a|b).cls", "patterns with !, # or (...) are not supported"),
        ("a{1..3}.cls", "braces without a comma are not supported"),
        ("{a,b}" * 12, "more than 1000 patterns in one"),
        ("*a" * 20, "more than 12 stars"),
    ],
)
def test_what_is_not_known_is_refused(glob: str, message: str) -> None:
    with pytest.raises(ValueError, match="^" + message.replace("(", "[(]").replace(")", "[)]").replace(".", "[.]")):
        minimatch.compiled(glob)
