"""What tools/same-numbers is made of."""
