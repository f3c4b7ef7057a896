"""DIMONA, the immediate declaration of employment to the Belgian social security office.

`types` says what is declared and answered, `xml` writes the batch channel, `rest` the online channel, `port`
is what the rest of the house knows, `simulator` stands for the public body where no certificate exists.
"""
