"""What stands before both doors: whose requests are let in, who they are, and what a page may load."""

from email_assistant.guard.callers import Callers, caller_of
from email_assistant.guard.frontier import Frontier, client_address, limited_as
from email_assistant.guard.gate import Guard
from email_assistant.guard.probes import Probes

__all__ = ["Callers", "Frontier", "Guard", "Probes", "caller_of", "client_address", "limited_as"]
