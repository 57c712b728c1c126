"""Which service gets a request: asked of the load balancer as it stands."""
