"""Turns the bytes of an office's file into text, also from the codes of Vietnamese before Unicode."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable

_MARKED = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)

_TCVN3_HIGH = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉ"
    "ỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_FROM_TCVN3 = {0xA1 + place: letter for place, letter in enumerate(_TCVN3_HIGH)}
"""Upper half of TCVN 5712:1993 (VN3, the code of the .Vn fonts) by code point of Latin-1."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STOPS, _TONES_BEFORE_STOPS = ("c", "ch", "p", "t"), "\u0301\u0323"
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|ch|gh|gi|kh|ph|qu(?![uư])|th|tr|[bcdđghklmnpqrstvx])?"
    r"(?:(?:iê|yê|uô|ươ|oă|oa|oe|uâ|uê|uyê|uy|oo|[aăâeêioôơuưy])(?:ch|nh|ng|[cmnpt])?"
    r"|iêu|yêu|uôi|ươi|ươu|oai|oay|oeo|uao|uây|uya|uyu|uơ"
    r"|ia|ya|ua|ưa|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu)"
)
# A sign that follows a digit, or touches no letter, is no part of a word: degrees, minutes, dashes.
_LETTER = r"[^\W\d_]"
_WORD = re.compile(
    rf"(?<![0-9])(?:{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*|[^\x00-\x7f\s](?={_LETTER}))"
    rf"|(?<={_LETTER})[^\x00-\x7f\s]"
)
_UNITS = {"m²", "km²", "m³"}
_PLAUSIBLE = 0.5
"""Share of the words with diacritics that must be Vietnamese syllables before a guessed code is believed."""
_SHARE_OF_NULS = 0.2


class UnknownEncoding(ValueError):
    """No code known here makes Vietnamese of the bytes."""


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a file, in NFC, and the code that it was written in.

    A byte-order mark is believed, then strict UTF-8, then UTF-16 without a mark; else the one of
    Windows-1258 and TCVN3 is taken that makes more Vietnamese syllables of the words.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    text : str
        Its text.
    encoding : str
        ``utf-8``, ``utf-16``, ``windows-1258`` or ``tcvn3``.

    Raises
    ------
    UnknownEncoding
        If the bytes are no text in any of these.

    Examples
    --------
    >>> decode("Vạn Thạnh".encode())
    ('Vạn Thạnh', 'utf-8')
    >>> decode("V¹n Th¹nh".encode("latin-1"))
    ('Vạn Thạnh', 'tcvn3')
    """
    for mark, codec, encoding in _MARKED:
        if content.startswith(mark):
            return _strict(content[len(mark) :], codec), encoding
    nuls = content.count(0)
    if not nuls:
        try:
            return _strict(content, "utf-8"), "utf-8"
        except UnknownEncoding:
            return _guess(content)
    if nuls >= _SHARE_OF_NULS * len(content):
        # The upper byte of Latin letters, digits and separators is nul, and stands second in little endian.
        is_little = content[1::2].count(0) > content[::2].count(0)
        return _strict(content, "utf-16-le" if is_little else "utf-16-be"), "utf-16"
    raise UnknownEncoding


def _strict(content: bytes, encoding: str) -> str:
    try:
        return unicodedata.normalize("NFC", content.decode(encoding))
    except UnicodeDecodeError:
        raise UnknownEncoding from None


def _windows_1258(content: bytes) -> str:
    return unicodedata.normalize("NFC", content.decode("cp1258", "replace"))


def _tcvn3(content: bytes) -> str:
    return from_tcvn3(content.decode("latin-1"))


def _guess(content: bytes) -> tuple[str, str]:
    decoders: dict[str, Callable[[bytes], str]] = {"windows-1258": _windows_1258, "tcvn3": _tcvn3}
    texts = {name: decoder(content) for name, decoder in decoders.items()}
    western = texts["windows-1258"]
    if not _telling_words(western) and "\ufffd" not in western:
        # Signs alone, such as those of degrees, are the same in every code of Windows.
        return western, "windows-1258"
    best = max(texts, key=lambda name: plausibility(texts[name]))
    if plausibility(texts[best]) < _PLAUSIBLE:
        raise UnknownEncoding
    return texts[best], best


def from_tcvn3(text: str) -> str:
    """Return a text of TCVN3 that was taken for Latin-1, as the .Vn fonts leave it in workbooks.

    Examples
    --------
    >>> from_tcvn3("V¹n Th¹nh")
    'Vạn Thạnh'
    """
    return unicodedata.normalize("NFC", text.translate(_FROM_TCVN3))


def looks_like_tcvn3(texts: Iterable[str]) -> bool:
    """Return whether the texts of a file were typed in a .Vn font.

    Not if a letter beyond Latin-1 is among them, as in any page of Vietnamese in Unicode.
    """
    whole = "\n".join(texts)
    if whole.isascii() or any("\u00ff" < letter < "\u2000" for letter in whole):
        return False
    return plausibility(from_tcvn3(whole)) > max(plausibility(whole), _PLAUSIBLE)


def plausibility(text: str) -> float:
    """Return the share of the words with diacritics, or signs beyond ASCII, that are Vietnamese syllables.

    Examples
    --------
    >>> plausibility("xã Vạn Thạnh"), plausibility("x· V¹n")
    (1.0, 0.0)
    """
    words = _telling_words(text)
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _telling_words(text: str) -> set[str]:
    # A word of ASCII says nothing: it reads the same in every code.
    return {word for word in _WORD.findall(text) if not word.isascii()} - _UNITS


def _is_syllable(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word.casefold())
    tones = sum(sign in _TONES for sign in decomposed)
    bare = unicodedata.normalize("NFC", "".join(sign for sign in decomposed if sign not in _TONES))
    if tones > 1 or not _SYLLABLE.fullmatch(bare):
        return False
    return not bare.endswith(_STOPS) or any(sign in _TONES_BEFORE_STOPS for sign in decomposed)
