"""The command line. Modules of commands import what is heavy only when they run, so that help comes at once."""
