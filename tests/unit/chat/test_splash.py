"""The splash stands before all that a browser would wait for."""

from __future__ import annotations

from email_assistant.chat.host.splash import with_splash

PAGE = b"""<!doctype html><html><head>
<link rel="stylesheet" href="/public/style.css">
<script type="module" src="/public/page.js"></script>
<link rel="stylesheet" crossorigin href="/assets/index.css">
</head><body>
<div id="root"></div></body></html>"""


def test_the_splash_comes_first_and_the_stylesheets_keep_their_order() -> None:
    page = with_splash(PAGE)

    places = [
        page.index(part) for part in (b"<body>", b"ea-splash", b"style.css", b"index.css", b'id="root"')
    ]
    assert places == sorted(places)
    assert page.count(b"stylesheet") == 2
    assert page.index(b"page.js") < page.index(b"<body>")


def test_a_page_without_a_body_stays_as_it_is() -> None:
    assert with_splash(b"<p>No.</p>") == b"<p>No.</p>"
