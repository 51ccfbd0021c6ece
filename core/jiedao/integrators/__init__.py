"""Programs that use the interface in a street's name: keys with scopes, made by an administrator."""
