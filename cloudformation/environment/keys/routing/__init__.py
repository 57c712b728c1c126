"""How Elastic Load Balancing decides on a request: its conditions, its rules in their order, what a listener does."""
