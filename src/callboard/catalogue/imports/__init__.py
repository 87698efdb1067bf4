"""Files of other catalogues, as they are published, into the user's catalogue."""
