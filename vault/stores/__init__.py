"""Where sealed objects are kept: a local folder, or S3."""
