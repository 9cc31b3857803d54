"""The wall to Chainlit: everything that reaches into its insides."""
