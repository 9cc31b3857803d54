"""Sign-in at the chat: Chainlit's callbacks for each way to sign in, over the accounts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated, Any, assert_never

import chainlit as cl
from chainlit.config import config as chainlit_config
from chainlit.oauth_providers import get_configured_oauth_providers
from chainlit.server import _authenticate_user as chainlits_authenticate
from chainlit.server import app as chainlit_app
from fastapi import Form, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers

from email_assistant.chat.host.oauth_address import address_of, is_allowed
from email_assistant.errors import NotSignedIn, SettingsError
from email_assistant.guard.edge_policy import client_address, limited_as, utf8
from email_assistant.guard.sessions import EPOCH, SESSION
from email_assistant.service.accounts import Accounts
from email_assistant.settings import LOCAL_USER, Settings
from email_assistant.store.accounts import User


def check(settings: Settings) -> None:
    """Reject settings with which nobody could sign in, before anything is served.

    Raises:
        SettingsError: something that it needs is not set.
    """
    if settings.auth == "proxy" and not settings.proxies:
        raise SettingsError(
            "EMAIL_ASSISTANT_AUTH=proxy needs EMAIL_ASSISTANT_PROXY_ADDRESSES: "
            "anybody else could name any user."
        )
    if settings.auth == "oauth" and not settings.allowed:
        raise SettingsError(
            "EMAIL_ASSISTANT_AUTH=oauth needs EMAIL_ASSISTANT_OAUTH_ALLOWED: the addresses or domains that "
            "may come in. Without it everybody with an account at the service could."
        )
    if settings.auth == "oauth" and not get_configured_oauth_providers():
        raise SettingsError(
            "EMAIL_ASSISTANT_AUTH=oauth needs a service to sign in with: set its OAUTH_..._CLIENT_ID and "
            "OAUTH_..._CLIENT_SECRET, as Chainlit's documentation names them."
        )


def register(settings: Settings, accounts: Accounts) -> None:
    """Register the callbacks of the sign-in that is set."""
    match settings.auth:
        case "local":
            cl.header_auth_callback(sign_in_locally)
            chainlit_config.ui.custom_css = "/public/local.css"
        case "password":
            _register_password(accounts)
        case "proxy":
            cl.header_auth_callback(_by_proxy(settings.proxy_header, accounts))
        case "oauth":
            cl.oauth_callback(_by_oauth(settings.allowed, accounts))
        case _:
            assert_never(settings.auth)


async def sign_in_locally(headers: Headers) -> cl.User:
    """Return the one user of this machine. `EdgeMiddleware` accepts loopback only."""
    return cl.User(identifier=LOCAL_USER)


def _register_password(accounts: Accounts) -> None:
    async def none(name: str, password: str) -> None:
        """Do nothing: this is never called, and makes Chainlit's page ask for a name and a password."""

    cl.password_auth_callback(none)

    # Chainlit answers a callback's exception like a wrong password, and logs it; a route's has its sentence.
    async def login(
        request: Request, name: Annotated[str, Form(alias="username")], password: Annotated[str, Form()]
    ) -> Response:
        user = await accounts.sign_in(name, password, limited_as(client_address.get()))
        return await chainlits_authenticate(request, _chainlits(user))

    chainlit_app.router.routes.insert(0, APIRoute("/login", login, methods=["POST"]))


def _by_proxy(field: str, accounts: Accounts) -> Callable[..., Any]:
    async def sign_in(headers: Headers) -> cl.User | None:
        # `EdgeMiddleware` keeps the field from the proxy only.
        return await _admitted(accounts, utf8(headers.get(field, "")))

    return sign_in


def _by_oauth(allowed: tuple[str, ...], accounts: Accounts) -> Callable[..., Any]:
    async def sign_in(
        provider: str, token: str, raw: dict[str, Any], default: cl.User, id_token: str | None = None
    ) -> cl.User | None:
        address = address_of(raw, default.identifier)
        if address is None or not is_allowed(address, allowed):
            return None
        return await _admitted(accounts, address)

    return sign_in


async def _admitted(accounts: Accounts, name: str) -> cl.User | None:
    try:
        return _chainlits(await accounts.admit(name)) if name else None
    except NotSignedIn:
        return None


def _chainlits(user: User) -> cl.User:
    return cl.User(identifier=user.name, metadata={EPOCH: user.epoch, SESSION: secrets.token_urlsafe(16)})
