"""What the press says about film and television: dated, attributed, judged."""

__version__ = "0.1.0"
