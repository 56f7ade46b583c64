"""Who works here: log-in, roles bound to a place in the tree, tokens, and what they did."""
