"""Whatever code an office saved its file in, the words come out as Vietnamese."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.imports import encodings
from records.imports.encodings import UnknownEncoding, decode, from_tcvn3, looks_like_tcvn3

TEXT = "Mã;Tên pano;Xã\np1;Trước trụ sở UBND xã Vạn Thọ;Vạn Thọ\np2;Nhà văn hóa thôn Đầm Môn;Vạn Thạnh\n"
WORDS = ("Vạn Thạnh", "Đầm Môn", "xã", "tốt", "hư hỏng nặng", "khuỷu tay", "Tuần Lễ", "nghĩa trang", "Quý")
TONES = "\u0300\u0301\u0303\u0309\u0323"


def to_windows_1258(text):
    """Return a text in Windows-1258, which has the vowels but writes most tones as signs of their own."""
    content = bytearray()
    for letter in text:
        try:
            content += letter.encode("cp1258")
        except UnicodeEncodeError:
            signs = unicodedata.normalize("NFD", letter)
            vowel = unicodedata.normalize("NFC", "".join(sign for sign in signs if sign not in TONES))
            content += (vowel + "".join(sign for sign in signs if sign in TONES)).encode("cp1258")
    return bytes(content)


def to_tcvn3(text):
    codes = {letter: code for code, letter in encodings._FROM_TCVN3.items()}
    return bytes(codes.get(letter, ord(letter)) for letter in text)


WAYS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-8 decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "utf-16 with a mark": lambda text: text.encode("utf-16"),
    "utf-16 little": lambda text: text.encode("utf-16-le"),
    "utf-16 big": lambda text: text.encode("utf-16-be"),
    "windows-1258": to_windows_1258,
    "tcvn3": to_tcvn3,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_file_reads_the_same_in_every_code(way):
    text, encoding = decode(WAYS[way](TEXT))
    assert text == TEXT
    assert way.startswith(encoding)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("way", ["windows-1258", "tcvn3"])
def test_one_word_is_enough_to_tell_the_old_codes_apart(way, word):
    assert decode(WAYS[way](word)) == (word, way)


def test_what_no_code_makes_vietnamese_of_is_refused():
    with pytest.raises(UnknownEncoding):
        decode("Größe;Straße;für;Übung".encode("latin-1"))


@pytest.mark.parametrize("text", ["12°41'30\" 109°13'20\"", "Pano Q;Van Tho;12º41’30” – 4 m²"])
def test_signs_alone_are_read_though_no_word_tells_the_code(text):
    assert decode(text.encode("cp1252")) == (text, "windows-1258")


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(content):
    try:
        text, _ = decode(content)
    except UnknownEncoding:
        return
    assert unicodedata.is_normalized("NFC", text)


def test_text_of_a_vn_font_in_a_workbook_is_known_by_its_letters():
    typed = [to_tcvn3(word).decode("latin-1") for word in WORDS]
    assert looks_like_tcvn3(typed)
    assert tuple(map(from_tcvn3, typed)) == WORDS
    assert not looks_like_tcvn3(WORDS)
    assert not looks_like_tcvn3(["Hà", "xã Phú", "plain"])
