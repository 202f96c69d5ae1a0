"""What is on the pages of a PDF: its QR codes as a camera reads them, its words, and where each stands."""

from __future__ import annotations

import io
import re

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import shapely
import zxingcpp
from pypdf import PdfReader

READ_DPI = 150
"""What is read is coarser than any printer or camera."""
TOUCHING_PT2 = 1.0
"""Boxes of letters that only touch share no more, in square points."""


def codes_on(content: bytes) -> list[list[str]]:
    """Return what the QR codes of each page say."""
    document = pdfium.PdfDocument(content)
    try:
        pictures = [page.render(scale=READ_DPI / 72).to_pil() for page in document]
    finally:
        document.close()
    return [[one.text for one in zxingcpp.read_barcodes(picture)] for picture in pictures]


def words_on(content: bytes) -> list[str]:
    """Return the text of each page, without what lines do to it."""
    return [bare(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def bare(text: str) -> str:
    """Return a text without its blanks."""
    return re.sub(r"\s+", "", text)


def covered(content: bytes) -> list[str]:
    """Return what leaves its page, or stands on another text or on a code; nothing, if all is well."""
    found = []
    document = pdfium.PdfDocument(content)
    try:
        for number, page in enumerate(document, start=1):
            paper = shapely.box(0, 0, *page.get_size())
            text = page.get_textpage()
            texts = [shapely.box(*text.get_rect(i)) for i in range(text.count_rects())]
            # A code is the only path with hundreds of corners.
            codes = [
                shapely.box(*one.get_bounds())
                for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])
                if raw.FPDFPath_CountSegments(one) > 200
            ]
            tree = shapely.STRtree([*texts, *codes])
            boxes = tree.geometries
            found += [f"page {number}: {one} leaves it" for one in boxes if not paper.contains(one)]
            for one, other in tree.query(boxes, predicate="intersects").T:
                if one < other and boxes[one].intersection(boxes[other]).area > TOUCHING_PT2:
                    found.append(f"page {number}: {boxes[one]} on {boxes[other]}")
    finally:
        document.close()
    return found
