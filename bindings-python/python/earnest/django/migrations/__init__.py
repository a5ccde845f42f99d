"""`migrate` makes the tables of Earnest."""
