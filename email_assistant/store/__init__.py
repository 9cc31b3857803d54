"""One database: the state of each conversation and its row in the sidebar."""
