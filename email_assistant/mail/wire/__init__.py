"""Charsets, transfer encodings and header fields, decoded and encoded (RFC 2045, 2047, 5322)."""
