"""Tasks of Amazon ECS beside deployments: a job that is run once, the lines that tasks write, a shell in one."""
