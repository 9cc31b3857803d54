"""How people sign in at the chat: Chainlit's callbacks for each of the ways, over the accounts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated, Any, assert_never

import chainlit as cl
from chainlit.config import config as chainlit_config
from chainlit.server import _authenticate_user as chainlits_authenticate
from fastapi import FastAPI, Form, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers

from email_assistant.chat.host.oauth_address import address_of, is_allowed
from email_assistant.errors import NotSignedIn, SettingsError
from email_assistant.guard.frontier import client_address, limited_as, utf8
from email_assistant.guard.sessions import EPOCH, SESSION
from email_assistant.service.accounts import Accounts
from email_assistant.settings import LOCAL_USER, Settings
from email_assistant.store.accounts import User


def register(settings: Settings, accounts: Callable[[], Accounts], app: FastAPI) -> None:
    """Give Chainlit, whose `app` it is, the sign-in that is configured.

    Raises:
        SettingsError: something that it needs is not set.
    """
    match settings.auth:
        case "local":
            cl.header_auth_callback(sign_in_locally)
            chainlit_config.ui.custom_css = "/public/local.css"
        case "password":
            _register_password(accounts, app)
        case "proxy":
            if not settings.proxies:
                raise SettingsError(
                    "EMAIL_ASSISTANT_AUTH=proxy needs EMAIL_ASSISTANT_PROXY_ADDRESSES: "
                    "anybody else could name any user."
                )
            cl.header_auth_callback(_by_proxy(settings.proxy_header, accounts))
        case "oauth":
            _register_oauth(settings, accounts)
        case _:
            assert_never(settings.auth)


async def sign_in_locally(headers: Headers) -> cl.User:
    """The one user of this machine. The guard has let in loopback only."""
    return cl.User(identifier=LOCAL_USER)


def _register_password(accounts: Callable[[], Accounts], app: FastAPI) -> None:
    async def none(name: str, password: str) -> None:
        """Never called: it only makes Chainlit's page ask for a name and a password."""

    cl.password_auth_callback(none)

    # Chainlit answers a callback's exception like a wrong password, and logs it; a route's has its sentence.
    async def login(
        request: Request, name: Annotated[str, Form(alias="username")], password: Annotated[str, Form()]
    ) -> Response:
        user = await accounts().sign_in(name, password, limited_as(client_address.get()))
        return await chainlits_authenticate(request, _chainlits(user))

    app.router.routes.insert(0, APIRoute("/login", login, methods=["POST"]))


def _by_proxy(field: str, accounts: Callable[[], Accounts]) -> Callable[..., Any]:
    async def sign_in(headers: Headers) -> cl.User | None:
        # The guard has let the field through from the proxy only.
        return await _admitted(accounts(), utf8(headers.get(field, "")))

    return sign_in


def _register_oauth(settings: Settings, accounts: Callable[[], Accounts]) -> None:
    if not settings.allowed:
        raise SettingsError(
            "EMAIL_ASSISTANT_AUTH=oauth needs EMAIL_ASSISTANT_OAUTH_ALLOWED: the addresses or domains that "
            "may come in. Without it everybody with an account at the service could."
        )

    async def sign_in(
        provider: str, token: str, raw: dict[str, Any], default: cl.User, id_token: str | None = None
    ) -> cl.User | None:
        address = address_of(raw, default.identifier)
        if address is None or not is_allowed(address, settings.allowed):
            return None
        return await _admitted(accounts(), address)

    try:
        cl.oauth_callback(sign_in)
    except ValueError:
        raise SettingsError(
            "EMAIL_ASSISTANT_AUTH=oauth needs a service to sign in with: set its OAUTH_..._CLIENT_ID and "
            "OAUTH_..._CLIENT_SECRET, as Chainlit's documentation names them."
        ) from None


async def _admitted(accounts: Accounts, name: str) -> cl.User | None:
    try:
        return _chainlits(await accounts.admit(name)) if name else None
    except NotSignedIn:
        return None


def _chainlits(user: User) -> cl.User:
    return cl.User(identifier=user.name, metadata={EPOCH: user.epoch, SESSION: secrets.token_urlsafe(16)})
