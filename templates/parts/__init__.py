"""What layers are made of: documents, IAM policies, and how layers are wired."""
