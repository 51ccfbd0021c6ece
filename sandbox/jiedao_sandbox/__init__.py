"""Stand-ins for outside systems: separate servers with durable books of their own and faults on request."""
