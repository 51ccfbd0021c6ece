"""What a street can switch on, who else here uses it, and taking a set-up over from another street."""
