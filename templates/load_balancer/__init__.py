"""What the load balancer layer is made of: attributes, logs, listeners, records."""
