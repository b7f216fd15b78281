"""Pages: each reads the request, makes one call, and answers."""
