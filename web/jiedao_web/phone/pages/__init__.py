"""Pages of the phone, one module for each subject."""
