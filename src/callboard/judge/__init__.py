"""Claims to judgements: stage, decision and milestones, each with a probability."""
