"""The template language and CloudFormation's own facts, once, for everything that renders, deploys or rehearses."""
