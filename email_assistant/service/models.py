"""The model that is set, and those of its server that a person may choose in its place."""

from __future__ import annotations

import asyncio
from time import monotonic

from email_assistant.conversation.graph import build_graph
from email_assistant.errors import InvalidInput
from email_assistant.service.machine import StateMachine
from email_assistant.writing.catalog import Catalog, HasCatalog, catalog_of
from email_assistant.writing.drafting import Drafting
from email_assistant.writing.model import LanguageModel

MAX_WAIT = 10
"""Seconds that the server has to list its models."""
MAX_AGE = 30
"""Seconds for which it is not asked again."""

LATE = f"The model's server did not list its models within {MAX_WAIT} seconds. Try again later."
NO_CHOICE = "Whoever runs this server has set the model. Leave the choice empty."


class Models:
    """Finds the model that writes, and the state machine that is bound to it.

    Args:
        model: the one that is set.
        drafting: how each of them is asked and read.
        choice: whether another one may be chosen.
    """

    def __init__(self, model: LanguageModel, drafting: Drafting, *, choice: bool) -> None:
        self.set = model
        self._drafting = drafting
        self._choice = choice
        self._others: dict[str, LanguageModel] = {}
        self._machines: dict[str, StateMachine] = {}
        self._catalog: Catalog | None = None
        self._asked_at = 0.0

    @property
    def choice(self) -> bool:
        """Whether another model than the one that is set may be chosen."""
        return self._choice and isinstance(self.set, HasCatalog) and self.set.has_others

    async def catalog(self) -> Catalog:
        """Return what the model's server offers; `problem` says why it lists nothing."""
        if self._catalog is None or monotonic() - self._asked_at > MAX_AGE:
            self._catalog, self._asked_at = await self._ask(), monotonic()
        catalog = self._catalog
        if catalog.problem:
            self._catalog = None  # the server may answer next time
        return catalog

    async def check(self, name: str) -> None:
        """Refuse a model that cannot be chosen.

        Raises:
            InvalidInput: none may be made, or the server does not offer this model.
        """
        if not self.choice:
            raise InvalidInput(NO_CHOICE, fields={"model": NO_CHOICE})
        catalog = await self.catalog()
        if name in catalog.models:
            return
        sentence = f"The server at {catalog.server} does not offer this model. Choose one that it offers."
        if not catalog.models:
            sentence = f"No model can be chosen now. {catalog.problem}"
        raise InvalidInput(sentence, fields={"model": sentence})

    def named(self, name: str) -> LanguageModel:
        """Return the chosen model; the one that is set for "", or where no choice may be made any more."""
        if not name or name == self.set.name or not self.choice or not isinstance(self.set, HasCatalog):
            return self.set
        if name not in self._others:
            self._others[name] = self.set.named(name)
        return self._others[name]

    def machine(self, name: str = "") -> StateMachine:
        """Return the state machine that writes with `named(name)`."""
        model = self.named(name)
        if model.name not in self._machines:
            self._machines[model.name] = StateMachine(build_graph(model, self._drafting))
        return self._machines[model.name]

    async def _ask(self) -> Catalog:
        try:
            async with asyncio.timeout(MAX_WAIT):
                return await catalog_of(self.set)
        except TimeoutError:
            return Catalog("", self.set.name, (), LATE)
