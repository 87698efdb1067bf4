"""Claims to the append-only ledger, and back as of any day."""
