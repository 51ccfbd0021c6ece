"""UnionPay POS, as on the wire: the ISO 8583 codec that terminal and acquirer speak (Q/CUP 009), and the cash register
link with which our process talks to a semi-integrated terminal. What an answer means is for the plugin to say.

The codec is used by the sandbox only; the register link never carries a card number.
"""
