"""Programs that act for people: personal tokens, what they may do, and how often they may ask."""
