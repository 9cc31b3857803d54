"""The middleware before both doors: edge policy, authentication, rate limits, security headers."""

from email_assistant.guard.authentication import AuthenticationMiddleware, caller_of
from email_assistant.guard.edge import EdgeMiddleware
from email_assistant.guard.edge_policy import EdgePolicy, client_address, limited_as
from email_assistant.guard.language import LanguageMiddleware
from email_assistant.guard.probes import Probes
from email_assistant.guard.request_ids import RequestIds

__all__ = [
    "AuthenticationMiddleware",
    "EdgeMiddleware",
    "EdgePolicy",
    "LanguageMiddleware",
    "Probes",
    "RequestIds",
    "caller_of",
    "client_address",
    "limited_as",
]
