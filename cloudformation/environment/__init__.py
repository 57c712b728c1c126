"""An environment file, and its values held against what the templates declare."""
