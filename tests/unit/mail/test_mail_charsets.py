"""Bytes become the letters that were written, whatever charset is named or none is."""

from __future__ import annotations

import pytest

from email_assistant.mail import parse_email

LETTERS = {
    "ru": "Здравствуйте!\n\nМогли бы вы прислать счёт до среды? Мы переезжаем в новый офис.\n\nМарина",
    "uk": "Добрий день!\n\nЧи зручно вам зустрітися у вівторок? Її кабінет на другому поверсі.",
    "bg": "Здравейте, утре ще бъда в офиса след десет часа. Можете ли да донесете ключовете?",
    "pl": "Dzień dobry,\n\nkiedy mogę odebrać paczkę? Będę w środę po południu.\n\nŁucja Żak",
    "cs": "Dobrý den,\n\nmůžete mi prosím říct, kdy přijde řemeslník? Ve středu už nemůžu.\n\nŠárka",
    "hu": "Kedves Péter!\n\nMikor tudnánk találkozni? Kedden délelőtt jó lenne, a jövő héten nem érek rá.",
    "hr": "Dobar dan, možete li mi reći kada će stići pošiljka? Već tjedan dana čekamo.",
    "ro": "Bună ziua, când puteţi veni să reparaţi încălzirea? Mâine dimineaţă suntem acasă.",
    "de": "Guten Tag,\n\nkönnen Sie die Schlüssel übergeben? Wir räumen die Büros im März.",
    "fr": "Bonjour, pourriez-vous préciser à quelle heure le déménagement est prévu ? Ça m’aiderait.",
    "el": "Καλησπέρα, πότε μπορούμε να συναντηθούμε; Την Τρίτη το πρωί είμαι ελεύθερη.",
    "he": "שלום, מתי אפשר להיפגש? ביום שלישי בבוקר אני פנויה, ואחר כך לא.",
    "ar": "مرحبا، متى يمكننا أن نلتقي؟ أنا متفرغة صباح يوم الثلاثاء.",
    "tr": "Merhaba, ne zaman görüşebiliriz? Salı sabahı boşum, öğleden sonra dışarıdayım.",
    "lt": "Sveiki, kada galėtume susitikti? Antradienį ryte esu laisva, vėliau būsiu išvykusi.",
    "lv": "Labdien, kad mēs varētu tikties? Otrdienas rītā esmu brīva, vēlāk būšu prom.",
    "zh": "您好，请问什么时候方便见面？周二上午我有空，下午要出差。",
    "zh-tw": "您好，請問什麼時候方便見面？週二上午我有空，下午要出差。",
    "ko": "안녕하세요, 언제 만날 수 있을까요? 화요일 오전에는 시간이 있습니다.",
    "ja": "こんにちは。いつお会いできますか。火曜日の午前中は空いております。",
    "th": "สวัสดีค่ะ เราจะพบกันได้เมื่อไหร่คะ เช้าวันอังคารว่างค่ะ",
}
CHARSETS_OF = {
    "ru": ["koi8-r", "cp1251", "iso8859-5"], "uk": ["koi8-u", "cp1251"], "bg": ["cp1251"],
    "pl": ["cp1250", "iso8859-2"], "cs": ["cp1250", "iso8859-2"], "hu": ["cp1250", "iso8859-2"],
    "hr": ["cp1250", "iso8859-2"], "ro": ["cp1250", "iso8859-2"], "de": ["cp1252"], "fr": ["cp1252"],
    "el": ["cp1253", "iso8859-7"], "he": ["cp1255", "iso8859-8"], "ar": ["cp1256", "iso8859-6"],
    "tr": ["cp1254", "iso8859-9"], "lt": ["cp1257"], "lv": ["cp1257"], "zh": ["gb18030"],
    "zh-tw": ["big5"], "ko": ["euc_kr"], "ja": ["shift_jis", "euc_jp"], "th": ["cp874"],
}  # fmt: skip


@pytest.mark.parametrize("label", ["", "; charset=us-ascii", "; charset=utf-8", "; charset=x-unknown"])
@pytest.mark.parametrize(
    ("language", "charset"), [(language, each) for language, all_ in CHARSETS_OF.items() for each in all_]
)
def test_a_charset_that_is_not_told_or_told_wrong_is_found(language: str, charset: str, label: str) -> None:
    body = LETTERS[language].encode(charset)
    head = f"From: a@example.com\nContent-Type: text/plain{label}\nContent-Transfer-Encoding: 8bit\n\n"
    assert parse_email(head.encode() + body).text == LETTERS[language]


@pytest.mark.parametrize(
    ("language", "charset", "label"),
    [
        ("ru", "cp1251", "iso-8859-1"),
        ("pl", "iso8859-2", "iso-8859-1"),
        ("tr", "cp1254", "windows-1252"),
        ("ja", "shift_jis", "iso-8859-1"),
        ("zh-tw", "big5", "gb2312"),
        ("de", "cp1252", "iso-8859-1"),
        ("cs", "cp1250", "iso-8859-2"),
        ("ru", "cp1251", "koi8-r"),
        ("ru", "koi8-r", "windows-1251"),
        ("ru", "cp1251", "iso-8859-5"),
        ("uk", "cp1251", "koi8-u"),
        ("ja", "iso2022_jp", "utf-8"),
        ("ja", "utf-8", "iso-2022-jp"),
    ],
)
def test_a_declared_charset_that_cannot_be_is_not_believed(language: str, charset: str, label: str) -> None:
    head = f"From: a@example.com\nContent-Type: text/plain; charset={label}\n\n".encode()
    assert parse_email(head + LETTERS[language].encode(charset)).text == LETTERS[language]


@pytest.mark.parametrize(
    ("name", "charset"),
    [("Ольга", "cp1251"), ("Łukasz Żak", "cp1250"), ("Ελένη", "cp1253"), ("José", "cp1252")],
)
def test_a_name_in_bytes_of_no_named_charset_is_read(name: str, charset: str) -> None:
    sender = parse_email(f"From: {name} <a@example.com>\nTo: b@example.com\n\nHi".encode(charset)).sender
    assert sender is not None
    assert sender.name == name
