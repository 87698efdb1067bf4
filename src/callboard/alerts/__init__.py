"""What changed -> who wants to know: follows, what is sent for them, and an outbox that survives being killed."""
