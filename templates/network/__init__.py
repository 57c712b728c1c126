"""What the network layer is made of: subnets and their ways out, endpoints, flow logs."""
