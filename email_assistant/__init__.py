"""Answer an email by talking about the reply.

`from email_assistant import open_assistant, NewEmail, …` is the library, which docs/library.md describes and
`email_assistant.library` lists. It is imported when the first of its names is used: the command line, which
imports this package too, does not wait for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email_assistant.library import *  # noqa: F403 - its `__all__` names them
else:

    def __getattr__(name: str) -> object:
        from importlib import import_module
        from importlib.util import find_spec

        # Python also asks here for a module of this package that is not imported yet.
        is_public = name == "__all__" or not (name.startswith("_") or find_spec(f"{__name__}.{name}"))
        library = import_module(f"{__name__}.library") if is_public else None
        if library is None or name not in ("__all__", *library.__all__):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(library, name)
