"""HTML bodies as the text that their reader sees."""
