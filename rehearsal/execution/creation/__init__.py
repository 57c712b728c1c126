"""How resources are created, updated and replaced."""
