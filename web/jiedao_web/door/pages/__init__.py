"""The door's pages, one module for each subject."""
