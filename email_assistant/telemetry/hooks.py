"""Burr's hooks from other packages: named in a setting, or offered as an entry point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.metadata import entry_points

from burr.lifecycle import LifecycleAdapter

from email_assistant.errors import SettingsError
from email_assistant.telemetry.turn import Turn
from email_assistant.watching import Event

GROUP = "email_assistant.hooks"
"""The group of entry points, each of which is a factory."""

Factory = Callable[[], LifecycleAdapter | Iterable[LifecycleAdapter]]


def load_factories(named: Sequence[str]) -> list[Factory]:
    """Return the factories that are named as `module:factory`, and those of the installed packages.

    Raises:
        SettingsError: one cannot be imported, or cannot be called.
    """
    found = [*map(_named, named), *(_offered(each.name, each.load) for each in entry_points(group=GROUP))]
    return list(dict.fromkeys(found))


class GivenHooks:
    """The hooks that a factory makes for one turn."""

    def __init__(self, factory: Factory, turn: Turn) -> None:
        made = factory()
        self.hooks = list(made) if isinstance(made, Iterable) else [made]

    def notice(self, event: Event) -> None:
        """Do nothing: Burr calls the hooks itself."""

    def end(self, turn: Turn) -> None:
        """Do nothing."""


def _named(name: str) -> Factory:
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise SettingsError(f"EMAIL_ASSISTANT_HOOKS cannot be used: {name!r} must look like module:factory.")

    def load() -> object:
        found: object = import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
        return found

    return _loaded(f"EMAIL_ASSISTANT_HOOKS cannot be used: {name!r}", load)


def _offered(name: str, load: Callable[[], object]) -> Factory:
    return _loaded(f"The installed hooks {name!r} cannot be used: the entry point", load)


def _loaded(what: str, load: Callable[[], object]) -> Factory:
    try:
        factory = load()
    except Exception as error:
        raise SettingsError(f"{what} cannot be imported ({type(error).__name__}: {error}).") from None
    if not callable(factory):
        raise SettingsError(f"{what} is no function that makes hooks.")
    return factory
