"""What people fill in at the doors."""
