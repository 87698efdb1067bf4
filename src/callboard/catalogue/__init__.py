"""Titles, seasons, people, outlets and platforms that are known beforehand."""
