"""China Post EMS for contract customers: the current interface (JSON in SM4) and the older one (XML with MD5).

`current` and `older` each have `encode_create` and `decode_reply`, which are pure; `client` sends what they make.
"""
