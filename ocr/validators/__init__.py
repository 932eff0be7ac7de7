"""Rules that prove, repair or refuse a value that was read: pure, each with the standard it comes from."""
