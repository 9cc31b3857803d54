"""What an owner sets is kept, and nobody else's."""

from email_assistant.store.database import Database
from email_assistant.store.preferences import Preferences, Profiles
from tests.contract.store.saving import OWNER


async def test_without_a_choice_the_defaults_hold(database: Database) -> None:
    assert await Profiles(database).get(OWNER) == Preferences()


async def test_preferences_are_kept_in_the_place_of_earlier_ones(database: Database) -> None:
    kept = Profiles(database)
    await kept.put(OWNER, Preferences(name="Sam"))
    wanted = Preferences(name="Sam Ó", addresses=("sam@example.com",), signature="Sam\nOffice", quote=False)
    await kept.put(OWNER, wanted)
    assert await kept.get(OWNER) == wanted
    assert await kept.get("somebody else") == Preferences()
