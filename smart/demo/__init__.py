"""Two months of a shared enterprise, played through the services with the simulated clock."""
