"""What the faults of a soak were, and what became of what was said meanwhile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.soak.doors import Verdict


@dataclass
class Tally:
    """One run. What was said is known by its mark."""

    faults: Counter[str] = field(default_factory=Counter)
    said: dict[str, Verdict] = field(default_factory=dict)
    """What those who said it were told, the best of it where two said the same."""
    doors: dict[str, str] = field(default_factory=dict)
    """Where it was said."""
    wrong: list[str] = field(default_factory=list)
    """Sentences on what must not be."""

    def tell(self, mark: str, door: str, verdicts: list[Verdict]) -> None:
        """Note what became of something: refused only where all who said it were told so."""
        self.doors[mark] = door
        order: tuple[Verdict, ...] = ("taken", "nothing", "unknown", "refused")
        self.said[mark] = next(verdict for verdict in order if verdict in verdicts)
        if self.said[mark] == "nothing":
            self.wrong.append(f"nobody was told what became of {mark}, said {door}")

    def shown(self, marks: list[str]) -> None:
        """Note that somebody who did not know was shown that it is in the conversation."""
        for mark in marks:
            if self.said.get(mark) == "unknown":
                self.said[mark] = "taken"

    def compare(self, held: Counter[str]) -> None:
        """Look for all that was said in what all the conversations hold in the end."""
        for mark, verdict in self.said.items():
            where = f"{mark}, said {self.doors[mark]}"
            if held[mark] > 1:
                self.wrong.append(f"doubled: {where}")
            elif verdict == "taken" and not held[mark]:
                self.wrong.append(f"lost: {where}")
            elif verdict == "refused" and held[mark]:
                self.wrong.append(f"told that it was not used, and used: {where}")
        self.wrong += [f"never said: {mark}" for mark in held if mark not in self.said]

    def acknowledged(self) -> Counter[str]:
        """Return how much of what was said at each door was taken."""
        return Counter(self.doors[mark] for mark, verdict in self.said.items() if verdict == "taken")

    def __str__(self) -> str:
        lost, doubled = (sum(what.startswith(kind) for what in self.wrong) for kind in ("lost", "doubled"))
        return "\n".join(
            [
                f"{self.faults.total()} faults: {_counted(self.faults)}",
                f"{self.acknowledged().total()} inputs acknowledged: {_counted(self.acknowledged())}",
                f"{lost} lost, {doubled} doubled, {len(self.wrong) - lost - doubled} otherwise wrong",
                *(f"  {what}" for what in self.wrong),
            ]
        )


def _counted(these: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(these.items())) or "none"
