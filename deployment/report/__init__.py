"""The same facts in several forms: pure functions from values to text, one file a form."""
