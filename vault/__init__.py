"""Keys, sealing and object stores."""
