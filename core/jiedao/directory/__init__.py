"""Who and where: streets, halls, tills, staff with their sessions, residents with their cards."""
