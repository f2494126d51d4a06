from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.generate import filters
from toolkit.generate.names import PART_LENGTH

TEXT = st.text(alphabet=st.sampled_from('ab {}":,\U0001f600é\u3000\n'), max_size=900)


@given(TEXT)
@example("x" * 255)
@example("x" * 256)
@example("x" * 254 + " " + "y" * 300)
@example("x" * 254 + "\U0001f600" + "y")
@example(" " * 300)
def test_the_parts_make_the_whole_and_each_survives_its_field(text: str) -> None:
    try:
        parts = filters.split(text)
    except ValueError:
        assert any(text[i : i + 254].isspace() for i in range(len(text)))
        return
    assert "".join(parts) == text
    for index, part in enumerate(parts):
        assert len(part.encode("utf-16-le")) // 2 <= PART_LENGTH
        inner = part if index in {0, len(parts) - 1} else part.strip()
        assert inner == part
        assert not part or index == 0 or not part[0].isspace()
        assert not part or index == len(parts) - 1 or not part[-1].isspace()


def test_as_json_is_one_line_in_the_order_of_the_configuration() -> None:
    wanted = {"Contact": {"Email": "user_email", "Account.Phone": "é\n"}, "Case": {"ContactEmail": "x"}}
    text = filters.as_json(wanted)
    assert text == '{"Contact":{"Email":"user_email","Account.Phone":"é\\n"},"Case":{"ContactEmail":"x"}}'
    assert json.loads(text) == wanted


def test_overflow_counts_characters_as_the_platform_does() -> None:
    assert filters.overflow("x" * 2040) == 0
    assert filters.overflow("x" * 2041) == 1
    assert filters.overflow("\U0001f600" * 1021) == 10  # 127 whole characters a field
