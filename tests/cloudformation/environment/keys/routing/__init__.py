"""How a request is decided on."""
