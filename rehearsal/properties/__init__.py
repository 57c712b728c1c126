"""What a resource's properties come to: names, secrets, and whether they fit the type's schema."""
