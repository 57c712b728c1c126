"""How resources are removed, and what is cleaned up after an update."""
