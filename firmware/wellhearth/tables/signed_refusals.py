"""Why a signed order is refused: the codes behind those of refusals.py, in memory while such an order is dealt with.

A code, once given, is never given to another reason.
"""

FORM, BUSY, NO_KEYS, OTHER_UNIT, SEAL, LOST, NO_CLOCK, EXPIRED, TOO_LONG, NOT_STORED = range(16, 26)

# By code, from FORM on: (key for a translation, words in English).
REFUSALS = (
    ("form", "this is no signed order: wellhearth order makes one"),
    ("busy", "another signed order is being looked at: wait a second"),
    ("no_keys", "this unit has no keys: wellhearth provision"),
    ("other_unit", "the order is signed for another unit, or for an owner before this one"),
    ("seal", "the seal does not fit: another key, or the text was changed"),
    ("lost", "the record of used orders is damaged: new keys (wellhearth provision --lost)"),
    ("no_clock", "this unit does not know the time well enough for an expiry: wellhearth clock --set"),
    ("expired", "the order has expired: sign it again"),
    ("too_long", "the order is good for more than 7 days: sign it again for less"),
    ("not_stored", "the flash refuses to note that the order is used, so it was not carried out"),
)
