"""Letters and parcels: numbers, consignments, what happens to them, postage, dispatch lists.

A consignment is entered at the post through an operation and never twice. What happened to it is a log that is only
added to; how it stands is a fold over that log. Delivered is not served. What a post's codes mean is its plugin's
business and must not enter here.
"""
