"""How a failed operation is rolled back."""
