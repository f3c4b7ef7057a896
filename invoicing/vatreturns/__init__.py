"""VAT returns and listings: what is owed to the tax office, explained down to the documents."""
