"""The parts of the report page: what to read, how well it was read, and the pictures behind every figure."""
