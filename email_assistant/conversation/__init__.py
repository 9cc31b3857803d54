"""The state machine: state, six actions, transitions."""
