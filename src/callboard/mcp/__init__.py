"""The board for programs that ask in tools: a server of the Model Context Protocol, read only."""
