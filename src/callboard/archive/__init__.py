"""Many pages from one place: archives of the web, and sites by their sitemaps."""
