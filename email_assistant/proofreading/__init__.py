"""Proofreading: the parts of a letter, what is wrong with a draft, and repairs by rule. No model, no I/O."""
