"""From the described layers to files: the tree, YAML, IAM policies, parameters of each environment."""
