"""The parts of the Map page: what it shows, its bar, its colours, filters, selections, uploads, and what is open."""
