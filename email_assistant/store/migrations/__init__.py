"""The steps by which a database of any earlier version becomes one of this version."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from email_assistant.errors import SettingsError


def upgrade(connection: Connection, version: str = "head") -> None:
    """Bring the schema to `version`, the newest if none is given, in the transaction of `connection`.

    Raises:
        SettingsError: the database has a version that is not known here.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, version)
    except CommandError:
        raise SettingsError(
            "The database was written by a newer version of Email Assistant. "
            "Install that version, or point EMAIL_ASSISTANT_DATABASE_URL to another database."
        ) from None


def known() -> set[str]:
    """Return all versions that a database may have."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "email_assistant.store:migrations")
    return config
