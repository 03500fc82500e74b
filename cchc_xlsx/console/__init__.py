"""What the commands print for people, in Vietnamese."""
