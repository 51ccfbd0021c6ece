"""From bill to receipt: orders and their lines, tenders, the attempt and its graph, refunds, receipts.

An attempt has two unknowns, the acquirer's and the biller's, and this room holds them together: a biller's unknown
never touches the card; only a biller's definite refusal gives money back.
"""
