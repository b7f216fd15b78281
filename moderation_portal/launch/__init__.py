"""What `./portal` does: environment, servers, supervision. Standard library only."""
