"""The quarterly declaration: pay of a worker in, what is declared of them out, and the file. Pure."""
