"""Text that was pasted: the email in it, and what its reader wrote beside it."""
