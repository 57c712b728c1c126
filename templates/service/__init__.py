"""What one ECS service is made of: its task, target group, scaling, alarms and parameters."""
