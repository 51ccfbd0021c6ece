"""Small services of a hall: which days are workdays, who lies on the card reader, what comes out of the printer."""
