"""Lines that introduce a quotation are told from sentences, in languages that no table has as well."""

from __future__ import annotations

import pytest

from email_assistant.mail.text.attribution import find_attributions, is_attribution
from email_assistant.mail.text.quoting import split_text

# As mail programs write them; each is enough of itself, whether or not the text below has quote marks.
ATTRIBUTIONS = [
    "On Fri, Oct 2, 2026 at 5:00 PM Jo Example <jo@example.com> wrote:",
    "On Fri, 2 Oct 2026 at 17:00, Jo Example <jo@example.com> wrote:",
    "On 2 Oct 2026, at 17:00, Jo Example <jo@example.com> wrote:",
    "On Oct 2, 2026, at 5:00 PM, Jo Example wrote:",
    "On Friday, October 2, 2026, Jo Example <jo@example.com> wrote:",
    "On Friday, 2 October 2026 17:00:00 CEST Jo Example wrote:",
    "On Fri, Oct 02, 2026 at 05:00:00PM +0200, Jo Example wrote:",
    "On 10/2/26 5:00 PM, Jo Example wrote:",
    "On 02/10/2026 17:00, Jo Example wrote:",
    "Jo Example wrote on 10/02/2026 05:00:00 PM:",
    "Jo Example <jo@example.com> wrote on 02 Oct 2026, 17:00:",
    "---- On Fri, 02 Oct 2026 17:00:00 +0200 Jo Example <jo@example.com> wrote ----",
    "--- On Fri, 10/2/26, Jo Example <jo@example.com> wrote:",
    "In a message dated 10/2/2026 5:00:00 P.M. Eastern Daylight Time, jo@example.com writes:",
    "On October 2, 2026 at 5:00:00 PM, Jo Example (jo@example.com) wrote:",
    "* Jo Example <jo@example.com> [2026-10-02 17:00]:",
    "Jo Example <jo@example.com> writes:",
    ">>> Jo Example <jo@example.com> 10/2/2026 5:00 PM >>>",
    ">>> \"Jo Example\" 02.10.2026 17:00 >>>",
    "2026-10-02 17:00 GMT+02:00 Jo Example <jo@example.com>:",
    "Am Fr., 2. Okt. 2026 um 17:00 Uhr schrieb Jo Example <jo@example.com>:",
    "Am 02.10.2026 um 17:00 schrieb Jo Example:",
    "Am Freitag, den 2. Oktober 2026, 17:00:00 CEST schrieb Jo Example:",
    "Jo Example <jo@example.com> hat am 02.10.2026 17:00 CEST geschrieben:",
    "Jo Example <jo@example.com> schrieb am Fr., 2. Okt. 2026, 17:00:",
    "Jo schrieb am 02.10.2026 17:00 (GMT +02:00):",
    "Gesendet: Freitag, 2. Oktober 2026 um 17:00 Uhr Jo Example <jo@example.com> schrieb:",
    "Le ven. 2 oct. 2026 à 17:00, Jo Example <jo@example.com> a écrit :",
    "Le 2 oct. 2026 à 17:00, Jo Example <jo@example.com> a écrit :",
    "Le 02/10/2026 à 17:00, Jo Example a écrit :",
    "Jo Example <jo@example.com> a écrit le 02/10/2026 17:00 CEST :",
    "Le vendredi 2 octobre 2026 à 17:00:00 UTC+2, Jo Example <jo@example.com> a écrit :",
    "El vie, 2 oct 2026 a las 17:00, Jo Example (<jo@example.com>) escribió:",
    "El 2/10/26 a las 17:00, Jo Example escribió:",
    "Il giorno ven 2 ott 2026 alle ore 17:00 Jo Example <jo@example.com> ha scritto:",
    "Il 02/10/2026 17:00, Jo Example ha scritto:",
    "Il 2 ottobre 2026 alle 17:00 Jo Example <jo@example.com> ha scritto:",
    "Em sex., 2 de out. de 2026 às 17:00, Jo Example <jo@example.com> escreveu:",
    "Jo Example <jo@example.com> escreveu no dia sexta, 2/10/2026 à(s) 17:00:",
    "Op vr 2 okt 2026 om 17:00 schreef Jo Example <jo@example.com>:",
    "Op 2 okt. 2026 om 17:00 heeft Jo Example <jo@example.com> het volgende geschreven:",
    "Den fre 2 okt. 2026 kl 17:00 skrev Jo Example <jo@example.com>:",
    "Den fre. 2. okt. 2026 kl. 17.00 skrev Jo Example <jo@example.com>:",
    "fre. 2. okt. 2026 kl. 17:00 skrev Jo Example <jo@example.com>:",
    "2. okt. 2026 kl. 17:00 skrev Jo Example <jo@example.com>:",
    "pe 2. lokak. 2026 klo 17.00 Jo Example (jo@example.com) kirjoitti:",
    "pt., 2 paź 2026 o 17:00 Jo Example <jo@example.com> napisał(a):",
    "W dniu 02.10.2026 o 17:00, Jo Example pisze:",
    "Wiadomość napisana przez Jo Example <jo@example.com> w dniu 2 paź 2026, o godz. 17:00:",
    "Wiadomość napisana przez Jo Example w dniu 02.10.2026, o godz. 17:00:",
    "pá 2. 10. 2026 v 17:00 odesílatel Jo Example <jo@example.com> napsal:",
    "Dne 2. 10. 2026 v 17:00 Jo Example napsal(a):",
    "pi 2. 10. 2026 o 17:00 Jo Example <jo@example.com> napísal(a):",
    "Jo Example <jo@example.com> ezt írta (időpont: 2026. okt. 2., P, 17:00):",
    "2026.10.02. 17:00 keltezéssel, Jo Example írta:",
    "vin., 2 oct. 2026 la 17:00, Jo Example <jo@example.com> a scris:",
    "pet, 2. lis 2026. u 17:00 Jo Example <jo@example.com> napisao je:",
    "V V pet., 2. okt. 2026 ob 17:00 je oseba Jo Example <jo@example.com> napisala:",
    "Στις Παρ 2 Οκτ 2026 στις 5:00 μ.μ., ο χρήστης Jo Example <jo@example.com> έγραψε:",
    "Jo Example <jo@example.com>, 2 Eki 2026 Cum, 17:00 tarihinde şunu yazdı:",
    "Kuupäev R, 2. oktoober 2026 kell 17:00 kirjutas Jo Example <jo@example.com>:",
    "пт, 2 окт. 2026 г. в 17:00, Jo Example <jo@example.com>:",
    "02.10.2026, 17:00, \"Jo Example\" <jo@example.com>:",
    "Пятница, 2 октября 2026, 17:00 +03:00 от Jo Example <jo@example.com>:",
    "пт, 2 жовт. 2026 р. о 17:00 Jo Example <jo@example.com> пише:",
    "На пт, 2.10.2026 г. в 17:00 Jo Example <jo@example.com> написа:",
    "пет, 2. окт. 2026. у 17:00 Jo Example <jo@example.com> је написао/ла:",
    "2026年10月2日(金) 17:00 Jo Example <jo@example.com>:",
    "2026/10/02 17:00、Jo Example <jo@example.com>のメール:",
    "Jo Example <jo@example.com> 于2026年10月2日周五 17:00写道：",
    "Jo Example <jo@example.com> 於 2026年10月2日 週五 下午5:00寫道：",
    "在 2026-10-02 17:00:00，Jo Example <jo@example.com> 写道：",
    "在2026年10月02日 17:00，Jo Example<jo@example.com> 写道：",
    "At 2026-10-02 17:00:00, \"Jo Example\" <jo@example.com> wrote:",
    "2026년 10월 2일 (금) 오후 5:00, Jo Example <jo@example.com>님이 작성:",
    "Vào Th 6, 2 thg 10, 2026 vào lúc 17:00 Jo Example <jo@example.com> đã viết:",
    "Pada tanggal Jum, 2 Okt 2026 pukul 17.00 Jo Example <jo@example.com> menulis:",
    "Pada Jum, 2 Okt 2026 pada 5:00 PTG Jo Example <jo@example.com> menulis:",
    "Noong Biy, Okt 2, 2026 nang 5:00 PM, sinulat ni Jo Example <jo@example.com> ang:",
    "เมื่อ ศ. 2 ต.ค. 2026 เวลา 17:00 Jo Example <jo@example.com> เขียนว่า:",
    "शुक्र, 2 अक्तू॰ 2026 को 5:00 pm बजे को Jo Example <jo@example.com> ने लिखा:",
    "\u202bבתאריך יום ו׳, 2 באוק׳ 2026 ב-17:00 מאת \u202aJo Example\u202c\u200f"
    " <\u202ajo@example.com\u202c\u200f>:\u202c",
    "في الجمعة، 2 أكتوبر 2026 في 5:00 م تمت كتابة ما يلي بواسطة Jo Example <jo@example.com>:",
    "در تاریخ جمعه ۲ اکتبر ۲۰۲۶،\u200f ۱۷:۰۰ Jo Example <jo@example.com> نوشت:",
    "2026-10-02, pn, 17:00 Jo Example <jo@example.com> rašė:",
    "piektd., 2026. g. 2. okt., plkst. 17:00 — lietotājs Jo Example (<jo@example.com>) rakstīja:",
    "Missatge de Jo Example <jo@example.com> del dia dv., 2 d’oct. 2026 a les 17:00:",
    "O ven, 2 out 2026 ás 17:00, Jo Example (<jo@example.com>) escribiu:",
    "Jo Example (<jo@example.com>) erabiltzaileak hau idatzi du (2026 urr. 2, or. (17:00)):",
    "Þann fös., 2. okt. 2026 kl. 17:00 skrifaði Jo Example (<jo@example.com>):",
    "Op Vr, 2 Okt 2026 om 17:00 het Jo Example <jo@example.com> geskryf:",
    "Mnamo Ijm, 2 Okt 2026 saa 17:00 Jo Example <jo@example.com> aliandika:",
    "Më pre, 2 tet 2026 në 17:00 Jo Example <jo@example.com> shkroi:",
    "пт, 2 кас. 2026 г. у 17:00 Jo Example <jo@example.com> піша:",
    "პარ, 2 ოქტ. 2026, 17:00-ზე Jo Example <jo@example.com>-მა დაწერა:",
    "Ուրբ, 2 հոկ, 2026 թ. ժամը 17:00-ին Jo Example <jo@example.com> գրել է՝:",
    "শুক্র, ২ অক্টো, ২০২৬ তারিখে ৫:০০ PM টায় Jo Example <jo@example.com> লিখেছেন:",
    "வெள்., 2 அக்., 2026 அன்று பிற்பகல் 5:00 மணிக்கு, Jo Example <jo@example.com> எழுதியது:",
    "Ngomhla Hlanu, 2 Okt 2026 ngo 17:00 u-Jo Example <jo@example.com> ubhale:",
    "cum, 2 okt 2026 saat 17:00 tarixində Jo Example <jo@example.com> yazdı:",
    "Ar Gwen, 2 Hydref 2026 am 17:00 ysgrifennodd Jo Example <jo@example.com>:",
    "Ar an Aoine 2 DFómh 2026 ag 17:00, scríobh Jo Example <jo@example.com>:",
    "Fil-Ġimgħa, 2 ta' Ott 2026, 17:00 Jo Example <jo@example.com> kiteb:",
    "На пет., 2 окт. 2026 во 17:00 Jo Example <jo@example.com> напиша:",
]  # fmt: skip
# Those that count where quoted lines follow.
ABOVE_A_QUOTE = [
    "Zitat von Jo Example <jo@example.com>:",
    "Quoting Jo Example <jo@example.com>:",
    "Citerar Jo Example <jo@example.com>:",
    "At 05:00 PM 10/2/2026, you wrote:",
    "2026/10/2 Jo Example <jo@example.com>",
    "Jo Example wrote:",
    "On Friday you wrote:",
    "Jo Example, 02.10.2026 17:00:",
    "Jo Example schrieb:",
    "[Jo Example - Fri 2 Oct 2026 17:00]:",
    "Am 2. Oktober schrieb Jo:",
    "Em 2 de outubro Jo escreveu:",
    "Jo Example (jo@example.com) - 10/2/2026:",
]  # fmt: skip
# Sentences of people.
PROSE = [
    "On 3 March the head office sent this to billing@example.com:",
    "On 3 March 2026 at 10:00 the head office sent this to billing@example.com:",
    "On 3 March 2026 at 10:00 I sent this to Al Sample <al@example.org>:",
    "In the meeting on 3 March 2026 at 10:00, Al said:",
    "In the meeting on 3 March 2026 at 10:00, Al wrote:",
    "Yesterday Al Sample <al@example.org> wrote to me:",
    "yesterday Al Sample <al@example.org> wrote:",
    "Please send the form to billing@example.com before 3 March 2026 10:00:",
    "Sent by: jo@example.com (Jo)",
    "Le 3 mars 2026 à 10:00, le siège a écrit à billing@example.com :",
    "Am 3. März 2026 um 10:00 schrieb die Zentrale an billing@example.com:",
    "Am 3. März hat die Zentrale das an billing@example.com geschickt:",
    "Gestern schrieb Al Sample <al@example.org>:",
    "Im Schreiben vom 3. März 2026, 10:00 Uhr, schrieb Al:",
    "El 3 de marzo la oficina envió esto a billing@example.com:",
    "Call us on 3 March 2026 at 10:00 or write to al@example.org:",
    "I wrote this to al@example.org on 3 March 2026 at 10:00:",
    "As Al Sample (al@example.org) writes in her report of 3 March 2026:",
    "On Tuesday I wrote:",
    "In May the board wrote:",
    "Please answer these for Al Sample <al@example.org>:",
    "Meet Al Sample <al@example.org> on 3 March 2026 at 10:00:",
    "The members of the board who wrote to info@example.com on 3 March 2026:",
    "On Monday 5 October 2026 at 10:00 we will meet Al <al@example.org>:",
    "Il 3 marzo la sede ha scritto questo a billing@example.com:",
    "Den 3. marts 2026 kl. 10.00 skrev kontoret dette til billing@example.com:",
    "W dniu 3 marca 2026 o 10:00 centrala wysłała to na adres billing@example.com:",
    "3 марта 2026 г. в 10:00 офис отправил это на billing@example.com:",
    "Agenda for 3 March 2026, 10:00:",
    "Contact Al Sample <al@example.org>:",
]  # fmt: skip


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_the_attribution_of_a_program_is_recognized_in_any_language(line: str) -> None:
    for below in ("Could you come?", "> Could you come?"):
        found = find_attributions(["Yes.", "", line, "", below])
        assert [(each.start, each.end, each.reply) for each in found] == [(2, 3, "")]


@pytest.mark.parametrize("line", ABOVE_A_QUOTE)
def test_less_is_enough_above_quoted_lines(line: str) -> None:
    found = split_text(f"Yes, gladly.\n\n{line}\n> Could you come?\n> Jo")
    assert found.newest == "Yes, gladly."
    assert line in found.quoted


@pytest.mark.parametrize("line", PROSE)
def test_a_sentence_with_a_verb_an_address_and_a_colon_is_no_attribution(line: str) -> None:
    text = f"Hi Al,\n\n{line}\n\n- the form\n- the bill\n\nCould you check both?\n\nJo"
    assert not is_attribution(line)
    assert split_text(text) == (text, "", "")


@pytest.mark.parametrize(
    "wrapped",
    [
        "On Fri, 2 Oct 2026 at 17:00, Jo Example <\njo@example.com> wrote:",
        "On Fri, 2 Oct 2026 at 17:00, Jo Example\n<jo@example.com>\nwrote:",
        "Jo Example\n<jo@example.com> schrieb am Fr., 2. Okt. 2026, 17:00:",
        "On Fri, 2 Oct 2026 at 17:00 Jo Example\n\n<\nmailto:Jo Example <jo@example.com>\n> wrote:",
        "On Fri, 2 Oct 2026 at 17:00\n\nJo Example <jo@example.com>\n\nwrote:",
        "tir. 2. okt. 2026 kl. 17:00 skrev Jo example <jo@example.com\n>:",
    ],
)
def test_an_attribution_may_be_wrapped_with_blank_lines_inside(wrapped: str) -> None:
    for below in ("Could you come?", "> Could you come?"):
        found = split_text(f"Fine with me.\n\n{wrapped}\n\n{below}")
        assert found.newest == "Fine with me."
        assert found.quoted.startswith(wrapped)


@pytest.mark.parametrize(
    "line",
    [
        "On Fri, Oct 2, 2026 at 5:00 PM, Jo Example<jo@example.com> wrote:   Hi Al, could you come",
        "On Fri, Oct 2, 2026 at 5:00 PM, Jo Example <jo@example.com> wrote: Hi Al,",
        "Am Fr., Okt. 2, 2026 um 17:00 schrieb Jo Example<jo@example.com>:   Hallo Al,",
        "Le ven., oct. 2, 2026 à 17:00, Jo Example<jo@example.com> a écrit :   Bonjour Al,",
    ],
)
def test_the_quoted_text_may_begin_on_the_line_of_the_attribution(line: str) -> None:
    found = split_text(f"Monday is fine.\n\n{line}\non Monday?\nJo")
    assert found.newest == "Monday is fine."
    assert found.quoted == f"{line}\non Monday?\nJo"


@pytest.mark.parametrize(
    "text",
    [
        'Al Sample <al@example.org> wrote:\n"The fee is 300 euros."\n\nIs that right?',
        "On Fri, 2 Oct 2026 at 17:00, Al Sample <al@example.org> wrote:\n\n“The fee is 300 euros.”\n\nIs it?",
        "Am 2. Oktober 2026 um 17:00 schrieb Al Sample <al@example.org>:\n„Es kostet viel.“\n\nIst es so?",
        'On Fri, Oct 2, 2026 at 5:00 PM Al Sample <al@example.org> wrote: "The fee is 300." Is it?',
    ],
)
def test_a_sentence_cited_in_quotation_marks_is_the_writers(text: str) -> None:
    assert split_text(f"Dear Jo,\n\n{text}").quoted == ""


def test_the_reply_may_stand_before_an_attribution_but_no_sentence_is_cut() -> None:
    attribution = "On Fri, 2 Oct 2026 at 17:00, Jo Example <jo@example.com> wrote:"
    assert split_text(f"Yes. {attribution}\n> Could you come?").newest == "Yes."
    sentence = "In the meeting on 3 March 2026 at 10:00, Al wrote:\nwe agree."
    assert split_text(sentence).newest == sentence
