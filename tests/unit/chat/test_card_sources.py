"""What Chainlit is given of a card and of the parts that it imports."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from email_assistant.chat.host.card_sources import joined

CARDS = Path(__file__).parents[3] / "public" / "elements"


@pytest.mark.parametrize("card", sorted(CARDS.glob("*.jsx")), ids=lambda card: card.stem)
def test_a_card_is_one_source_in_which_each_name_is_declared_once(card: Path) -> None:
    source = joined(card)
    declared = Counter(re.findall(r"^(?:export default )?(?:const|function|let) (\w+)", source, re.MULTILINE))

    assert declared[card.stem] == 1
    assert [name for name, times in declared.items() if times > 1] == []
    assert (
        re.findall(r'^(?:import .* from "\..*|export (?!default ).*|import .* as .*)$', source, re.MULTILINE)
        == []
    )


def test_what_two_parts_import_stands_once_and_first(tmp_path: Path) -> None:
    (tmp_path / "shared.jsx").write_text("export const shared = 1\n", encoding="utf-8")
    for name in ("one", "two"):
        imports = 'import { Button } from "@/ui"\nimport { shared } from "./shared.jsx"\n'
        (tmp_path / f"{name}.jsx").write_text(f"{imports}export const {name} = shared\n", encoding="utf-8")
    card = tmp_path / "Card.jsx"
    imports = 'import {\n  one,\n} from "./one.jsx"\nimport { two } from "./two.jsx"\n'
    card.write_text(f"{imports}export default () => one + two\n", encoding="utf-8")

    assert [line for line in joined(card).splitlines() if line] == [
        "const shared = 1",
        'import { Button } from "@/ui"',
        "const one = shared",
        'import { Button } from "@/ui"',
        "const two = shared",
        "export default () => one + two",
    ]
