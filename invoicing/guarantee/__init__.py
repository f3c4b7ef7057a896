"""What the guarantee fund stands for, per client, and up to where (docs/decisions/0014-exposure.md)."""
