"""What residents do for themselves: signing in with a code, accounts they keep, and what concerns them now."""
