"""Documents to claims: what a text says about which production."""
