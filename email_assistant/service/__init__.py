"""The one service behind every door: load, check the owner, run to the next halt, stream, show."""
