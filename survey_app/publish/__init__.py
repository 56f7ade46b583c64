"""What the public sees: published results of every unit, and how anyone can check them."""
