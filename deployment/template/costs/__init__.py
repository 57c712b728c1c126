"""What the resources of a tree are charged for by the hour, and how two sides of it differ in that."""
