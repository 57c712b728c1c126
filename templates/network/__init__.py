"""What the network layer is made of: subnets and their routes to the internet, endpoints, flow logs."""
