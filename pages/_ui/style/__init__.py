"""The studio: pictures for content and style, the painted result, a grid of pairs, and what encoders make of it."""
