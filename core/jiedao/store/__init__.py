"""Where everything is kept: engine, tables, transactions, tenant scope and encryption. No business rule enters."""
