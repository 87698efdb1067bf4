"""Judgements to what people see: terminal tables, pages, JSON."""
