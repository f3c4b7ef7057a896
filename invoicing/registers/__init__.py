"""What public registers say of our clients: VAT numbers (VIES) and electronic addresses (Peppol)."""
