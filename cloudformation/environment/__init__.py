"""An environment file, and its values checked against what the templates declare."""
