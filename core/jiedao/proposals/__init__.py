"""Four eyes: what one person proposes with evidence, and another with the role agrees to or refuses.

    open → agreed | refused | lapsed

A proposal lapses when what it is about came to an end by itself: the provider answered, the missing row came. The
truth wins over what people were about to decide.
"""
