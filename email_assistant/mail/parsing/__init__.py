"""From the bytes of a file or pasted text to an `IncomingEmail`: MIME, .msg, winmail.dat, RTF, S/MIME."""
