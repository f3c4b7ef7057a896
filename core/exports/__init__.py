"""Lists as files: what a person sees on a page, with the same filters and rights, for a spreadsheet.

A file is a row that waits, is made by a task in batches of keys, is fetched by whoever asked, and ends after
a week.
"""
