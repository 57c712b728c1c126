"""What is true of the system of this repository alone, and of none that is made from it."""
