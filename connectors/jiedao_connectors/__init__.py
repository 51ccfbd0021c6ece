"""Protocol clients: what a wire looks like, and nothing of what it means."""
