"""The built book on paper: one PDF for each page, printed by a browser.

Problem. A reader wants a chapter on paper, or in a reader for PDF.

Rejected. LaTeX (gigabytes of programs that pip does not install, and a second look of everything).

Chosen. What the browser's own "Print" makes, for all pages in one go. The style sheet and the book's script
have a form for paper: light, nothing folded, nothing to press, each lab as its first run and in words.

Invariant. The browser is the one that is installed; nothing is downloaded.

Usage: ``python paper.py SITE FOLDER`` prints the pages of SITE into FOLDER.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

TOC = Path(__file__).resolve().parents[1] / "_toc.yml"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MARGINS = {"top": "16mm", "bottom": "16mm", "left": "14mm", "right": "14mm"}


def main(site: Path, out: Path) -> None:
    """Print all pages of the table of contents."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit(f"no browser to print with: none of {', '.join(BROWSERS)} is installed")
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        names = re.findall(r"^ *(?:- file|root): (.+)$", TOC.read_text(), re.MULTILINE)
        for number, name in enumerate(names):
            page.goto((site / f"{name}.html").as_uri(), wait_until="load")
            page.pdf(path=out / f"{number:02}-{Path(name).name}.pdf", format="A4", margin=MARGINS)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
