"""INTERVAT, the electronic desk of the Belgian tax office.

`xml` writes the files, `port` is what the rest of the house knows, `simulator` stands for the office where
no mandate exists. The shapes follow public descriptions of the schemas of version 0.9; what could not be
checked against the office itself is named in docs/guides/vat.md.
"""
