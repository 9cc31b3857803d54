"""What can be set from outside, read once from the environment."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSettings

from email_assistant.errors import SettingsError

APP_NAME = "email-assistant"

LOCAL_USER = "local"
"""The one user of this machine, where nobody signs in."""


Watcher = Literal["burr", "opentelemetry"]

_OF_OTHERS = {
    "AZURE_OPENAI_ENDPOINT": "https://NAME.openai.azure.com/openai/v1",
    "AZURE_OPENAI_API_KEY": "https://NAME.openai.azure.com/openai/v1",
    "OLLAMA_HOST": "http://127.0.0.1:11434/v1",
}
"""Variables of other programs that name a model's server, and how its address is written here."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
STEADY = 0.2
MIN_LARGE = 7
"""Billions of parameters from which on a model can be given the whole email."""
_BILLIONS = re.compile(r"(?<![\d.])(\d{1,4}(?:\.\d{1,3})?)b\b", re.IGNORECASE)
"""The size in a model's name, such as `qwen3:8b`."""
"""The temperature for models on this machine."""


_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w-][\w.-]*)*/?", re.ASCII)
"""A bucket, by S3's own rules for its name, and a prefix that needs no escaping."""


class Price(BaseModel):
    """What a million tokens of a model cost."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)


class Settings(BaseSettings):
    """Each field is the variable `EMAIL_ASSISTANT_<NAME>`; the two of OpenAI keep their own names."""

    model_config = SettingsConfigDict(
        env_prefix="EMAIL_ASSISTANT_", env_ignore_empty=True, extra="ignore", use_attribute_docstrings=True
    )

    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    """The key of the model's server. Without it and without a base URL the offline writer writes."""

    openai_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("OPENAI_BASE_URL", "OPENAI_API_BASE")
    )
    """Any server that speaks the OpenAI protocol, for instance `http://127.0.0.1:11434/v1` for Ollama.
    `OPENAI_API_BASE` is its older name."""

    model: str = "gpt-5-mini"
    """The model's name at that server."""

    model_choice: bool | None = None
    """Whether people may choose another of the server's models. Default: where nobody signs in, since
    models differ in what they cost."""

    model_timeout: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Seconds without a sign from the model after which a step fails. Default: 60, and 300 for the first sign
    of a server in one's own network."""

    api_version: str | None = None
    """Azure's `api-version`, for its classic addresses."""

    temperature: float | None = Field(default=None, ge=0, le=2)
    """How freely the model writes. Default: the server's, and 0.2 for a server on this machine, since what
    small models write at 0.8, which most servers take, strays from the notes."""

    top_p: float | None = Field(default=None, gt=0, le=1)
    """Which part of the likely words the model chooses from. Default: the server's."""

    reasoning_effort: str | None = Field(default=None, pattern=r"^\w+$")
    """How long the model thinks, such as `none`, `low` or `high`. Default: the server's."""

    max_output_tokens: int | None = Field(default=None, ge=1)
    """The longest answer, thoughts included. Default: the server's."""

    context_tokens: int | None = Field(default=None, ge=1024)
    """How much the model reads at once; what does not fit is left out of the request."""

    extra_headers: dict[str, str] = Field(default_factory=dict, repr=False)
    """More header fields of each request to the model's server, as a JSON object."""

    extra_body: dict[str, Any] = Field(default_factory=dict, repr=False)
    """More parameters of each request to the model's server, as a JSON object."""

    prompt_file: Path | None = None
    """A prompt of your own instead of the shipped one (see docs/prompts.md)."""

    proofreader: bool = True
    """Whether drafts are read by rules, repaired, and written by rules if a model cannot. Without it a
    model's words are kept as they are."""

    notes_first: bool = False
    """Whether a model is first given the notes and what the email asks, and the whole email only if that is
    not enough. Small models repeat an email that they are given. Default: on for a server on this machine,
    unless the model's name says that it has 7 billion parameters or more."""

    second_attempt: bool = True
    """Whether a model is asked once more if the proofreader finds what rules cannot mend."""

    database_url: str | None = None
    """SQLAlchemy URL of the database. Default: a SQLite file in the data directory."""

    files: str = ""
    """Where original emails are kept: `s3://bucket/prefix`. Default: in the database. S3's own
    variables, such as `AWS_ENDPOINT_URL_S3`, say how to reach it."""

    data_dir: Path = Field(default_factory=lambda: user_data_path(APP_NAME))
    """Where the database, the secret and Chainlit's files lie; made private on first use."""

    secret_file: Path | None = None
    """Another file than `secret` in the data directory for the secrets of sessions, one a line: the first
    one signs, all verify."""

    host: str = "127.0.0.1"
    """The address that the server listens on."""

    port: int = Field(default=8000, ge=0, le=65535)
    """The port that the server listens on; 0 takes a free one."""

    auth: Literal["local", "password", "oauth", "proxy"] = "local"
    """Who may come in. `local`: the one user of this machine, over loopback only. `password`: whom
    `email-assistant users add` added. `oauth`: whom another service knows. `proxy`: whom a proxy names."""

    url: str | None = None
    """Where people open it, such as `https://mail.example.com`; with https, cookies are kept to it."""

    allowed_hosts: str = ""
    """More host names that requests may use, with commas; this machine's and that of the URL always may."""

    proxy_addresses: str = ""
    """Addresses or networks of proxies that are believed when they say whom they speak for, with commas."""

    proxy_header: str = "X-Forwarded-User"
    """The header field in which these proxies name the user, for `proxy`."""

    oauth_allowed: str = ""
    """Who may come in by `oauth`: addresses, or whole domains such as `example.com`, with commas."""

    shutdown_delay: float = Field(default=0, ge=0, le=600)
    """Seconds that a server which is told to end goes on serving while `/ready` says 503, so that a balancer
    sends it nothing more by then."""

    requests_per_minute: int = Field(default=600, ge=1)
    """Requests of one user, where people sign in."""

    turns_per_user: int = Field(default=10, ge=1)
    """Replies that are worked on at once for one user, where people sign in."""

    conversations_per_user: int = Field(default=10_000, ge=1)
    """Conversations that one user may keep, where people sign in."""

    @field_validator("openai_base_url")
    @classmethod
    def _is_a_server(cls, url: str | None) -> str | None:
        url = (url or "").strip()
        if url and not is_http(url):
            raise ValueError("it must be an address such as http://127.0.0.1:11434/v1")
        return url or None

    @field_validator("files")
    @classmethod
    def _is_a_bucket(cls, url: str) -> str:
        if url and not _BUCKET.fullmatch(url):
            raise ValueError("it must look like s3://bucket or s3://bucket/prefix")
        return url.rstrip("/")

    @field_validator("extra_headers")
    @classmethod
    def _are_header_fields(cls, fields: dict[str, str]) -> dict[str, str]:
        if not all(re.fullmatch(r"[\w-]+", name, re.ASCII) for name in fields):
            raise ValueError("a name of a header field has letters, digits and hyphens only")
        if not all(value.isascii() and value.isprintable() for value in fields.values()):
            raise ValueError("a value of a header field has characters that none may have")
        return fields

    @field_validator("url", "burr_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        parsed = urlsplit(url or "http://none")
        if parsed.scheme not in ("http", "https") or not parsed.hostname or parsed.path.strip("/"):
            raise ValueError("it must look like https://mail.example.com")
        return url and url.rstrip("/")

    @field_validator("proxy_addresses")
    @classmethod
    def _are_addresses(cls, addresses: str) -> str:
        for address in _split(addresses):
            ip_network(address)
        return addresses

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names in `allowed_hosts`."""
        return _split(self.allowed_hosts)

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks in `proxy_addresses`."""
        return tuple(ip_network(address) for address in _split(self.proxy_addresses))

    @property
    def allowed(self) -> tuple[str, ...]:
        """The addresses and domains in `oauth_allowed`."""
        return _split(self.oauth_allowed)

    telemetry: str = "off"
    """What watches the turns, with commas, see docs/telemetry.md. `burr` writes mail text into files."""

    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """Where `serve` has its metrics for Prometheus, on 127.0.0.1 alone; 0 takes a free one."""

    burr_subjects: bool = False
    """Whether Burr's page lists conversations by the subjects of their emails, not by their users."""

    burr_url: str | None = None
    """Where Burr's page is, such as `http://127.0.0.1:7241`, for links to it over HTTP."""

    prices: dict[str, Price] = Field(default_factory=dict)
    """What a million tokens cost, by model, as a JSON object of objects with `input` and `output`."""

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    """The currency of the prices."""

    hooks: str = ""
    """What makes Burr's hooks for each turn, as `module:factory`, with commas."""

    log_format: Literal["auto", "text", "json"] = "auto"
    """How events are logged. `auto`: readable on a terminal, else a JSON object on each line."""

    @field_validator("telemetry")
    @classmethod
    def _are_watchers(cls, telemetry: str) -> str:
        if not set(_split(telemetry)) <= {"off", *get_args(Watcher)}:
            raise ValueError(f"it must be off, or name {' and '.join(get_args(Watcher))}, or one of them")
        return telemetry

    @property
    def hook_factories(self) -> tuple[str, ...]:
        """The names in `hooks`."""
        return tuple(name.strip() for name in self.hooks.split(",") if name.strip())

    @property
    def watchers(self) -> tuple[Watcher, ...]:
        """The watchers in `telemetry`."""
        return cast(tuple[Watcher, ...], tuple(each for each in _split(self.telemetry) if each != "off"))

    @model_validator(mode="before")
    @classmethod
    def _small_models_are_near(cls, given: dict[str, Any]) -> dict[str, Any]:
        names = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "openai_base_url")
        address = str(next(filter(None, map(given.get, names)), ""))
        try:
            host = urlsplit(address.strip()).hostname if "://" in address else None
        except ValueError:  # `openai_base_url` says so
            host = None
        if host not in _LOOPBACK:
            return given
        sizes = [float(size) for size in _BILLIONS.findall(str(given.get("model", "")))]
        is_small = max(sizes, default=0) < MIN_LARGE
        return {"notes_first": is_small, "temperature": STEADY} | given

    @property
    def offline(self) -> bool:
        """Whether the offline writer writes, because no model is configured."""
        return self.openai_api_key is None and self.openai_base_url is None

    @property
    def may_choose_model(self) -> bool:
        """`model_choice` with the default filled in."""
        return self.auth == "local" if self.model_choice is None else self.model_choice

    @property
    def unread(self) -> str:
        """A sentence on what other programs' variables name a model's server, where none is set here."""
        if self.openai_base_url is not None:
            return ""
        for name, address in _OF_OTHERS.items():
            if os.environ.get(name) and (self.offline or not name.startswith("OLLAMA_")):
                return (
                    f"{name} is not read here: to use that server, set OPENAI_BASE_URL to its address, like "
                    f"{address}, EMAIL_ASSISTANT_MODEL to its model, and OPENAI_API_KEY if it asks for one."
                )
        return ""

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'conversations.db'}"


def is_http(url: str) -> bool:
    """Return whether it is the address of a server that speaks HTTP."""
    try:
        parsed = urlsplit(url)
        usable = parsed.scheme in ("http", "https") and parsed.hostname and parsed.port != 0
    except ValueError:  # an invalid port, or an unmatched bracket
        return False
    return bool(usable) and not re.search(r"\s", url)


def _split(listed: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in listed.split(",") if part.strip())


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: a variable has a value that cannot be used; the text names each.
    """
    try:
        return Settings()
    except UnreadableSettings as unreadable:
        # Its text names the field and not the value.
        name = re.search(r'"(\w+)"', str(unreadable))
        raise SettingsError(
            f"EMAIL_ASSISTANT_{name[1].upper() if name else 'EXTRA_BODY'} cannot be used: "
            'it must be a JSON object such as {"name": "value"}.'
        ) from None
    except ValidationError as invalid:
        raise SettingsError(" ".join(map(_problem, invalid.errors()))) from None


def _problem(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a setting, without its value, which may be a secret."""
    name = str(error["loc"][0])
    setting = name if name.isupper() else f"EMAIL_ASSISTANT_{name.upper()}"
    said = error["msg"].removeprefix("Value error, ").replace("Input should", "it must")
    return f"{setting} cannot be used: {said.partition(', unable')[0]}."


def extra_missing(setting: str, extra: str) -> SettingsError:
    """Return what to tell whoever uses `setting` without the packages of that extra."""
    return SettingsError(
        f"{setting} needs packages that are not installed. Install {APP_NAME}[{extra}] instead of "
        f"{APP_NAME}, for instance with: pip install '{APP_NAME}[{extra}]'"
    )


def private_dir(path: Path) -> Path:
    """Make `path` a directory that only its owner can read, and return it.

    Raises:
        SettingsError: the system does not allow it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)
    except OSError as refused:
        raise SettingsError(
            f"The folder {path} cannot be used: {refused.strerror}. "
            "Set EMAIL_ASSISTANT_DATA_DIR to another one."
        ) from None
    return path


def write_whole(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a private file that is whole whenever it is there, also after a power cut.

    Args:
        path: where to.
        content: all of it.
        replace: whether to put it in place of an earlier one.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    # Not named by the process's number: containers that share a volume count theirs from 1.
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            part.replace(path)
        else:
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
