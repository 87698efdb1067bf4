"""A second reader: a language model of the user's own choice, held to the quotes."""
