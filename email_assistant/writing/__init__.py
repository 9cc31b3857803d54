"""The model that writes: prompts, the OpenAI client and the offline writer behind one interface."""
