"""A reply: recipients, subject, threading, the .eml and the `mailto:` link."""
