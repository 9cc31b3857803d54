"""Serves the assistant that ships with Burr, as its own module would."""

from __future__ import annotations

import importlib
import sys

import uvicorn

server = importlib.import_module("burr.examples.email-assistant.server")

if __name__ == "__main__":
    uvicorn.run(server.app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
