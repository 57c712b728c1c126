"""What is known of resource types beside their schemas: deletion policies, and what is lost with a resource."""
