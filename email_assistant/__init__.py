"""Answer an email by talking about the reply."""
