"""The pages, one module each: what stands on it and what its forms do."""
