"""Fetching: what stands at an address of the web, within the limits of docs/fetching.md."""
