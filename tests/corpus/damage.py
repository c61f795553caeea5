"""The damages that programs and people do to a bounce before it is pasted.

Each is a function of (text, case) -> text, where case holds the ID and a random source of its own. LOSSLESS ones can
be undone exactly; of the others the test asks whether the ID can still be told from all issued ones.
"""
import base64
import html
import json
import quopri
import re
import textwrap
import urllib.parse

LOOKS = {'0': 'O', 'O': '0', 'o': '0', '1': 'l', 'l': '1', 'I': 'l', '5': 'S', 'S': '5', '8': 'B', 'B': '8',
         '2': 'Z', 'Z': '2', 'z': '2', '6': 'G', 'G': '6', 'g': '9', '9': 'g', 'D': 'O', 'Q': 'O', 'u': 'v', 'v': 'u'}
ALNUM = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'


def lines(f):
    return lambda text, c: '\n'.join(f(line) for line in text.split('\n'))


def hard_wrap(width):
    def wrap(text, c):
        out = []
        for line in text.split('\n'):
            out += [line[i:i + width] for i in range(0, len(line), width)] or ['']
        return '\n'.join(out)
    return wrap


def word_wrap(width):
    def wrap(text, c):
        return '\n'.join(textwrap.fill(line, width, break_long_words=False, break_on_hyphens=True)
                         for line in text.split('\n'))
    return wrap


def on_id(change):
    """Changes every occurrence of the ID alike, as somebody who types it does."""
    def damage(text, c):
        c.damaged_id = change(c.id, c)
        return text.replace(c.id, c.damaged_id)
    return damage


def split_id(mark, tail=''):
    def damage(text, c):
        at = c.random.randrange(2, len(c.id) - 1)
        return text.replace(c.id, c.id[:at] + tail + '\n' + mark + c.id[at:])
    return damage


def quoted_split(text, c):
    return lines(lambda l: '> ' + l)(split_id('')(text, c), c)


def places(c, wanted):
    found = [i for i, x in enumerate(c.id) if wanted(x)]
    c.random.shuffle(found)
    return found


def misread(times):
    def change(id, c):
        for i in places(c, lambda x: x in LOOKS)[:times]:
            id = id[:i] + LOOKS[id[i]] + id[i + 1:]
        return id
    return on_id(change)


def wrong(id, c):
    i = places(c, str.isalnum)[0]
    other = '0123456789ABCDEF' if re.fullmatch('[0-9A-F]+', id) else ALNUM
    return id[:i] + c.random.choice([x for x in other if x != id[i]]) + id[i + 1:]


def missing(id, c):
    i = places(c, str.isalnum)[0]
    return id[:i] + id[i + 1:]


def doubled(id, c):
    i = places(c, str.isalnum)[0]
    return id[:i] + id[i] + id[i:]


def transposed(id, c):
    for i in places(c, str.isalnum):
        if i + 1 < len(id) and id[i + 1].isalnum() and id[i] != id[i + 1]:
            return id[:i] + id[i + 1] + id[i] + id[i + 2:]
    return id


def spaced(id, c):
    return ' - '.join(' '.join(part[i:i + 3] for i in range(0, len(part), 3)) for part in id.split('-'))


def sprinkle(characters, every):
    def damage(text, c):
        out = []
        for i, x in enumerate(text):
            out.append(x)
            if i % every == every - 1 and x.isalnum():
                out.append(c.random.choice(characters))
        return ''.join(out)
    return damage


def typography(text, c):
    text = re.sub(r'"([^"\n]*)"', '\u201c\\1\u201d', text)
    return text.replace("'", '\u2019').replace('-', c.random.choice('\u2013\u2010\u2011\u2212')).replace('...', '\u2026')


def html_mail(text, c):
    out = ['<html><head><style>p.x {margin:0}</style></head><body lang="EN-GB">']
    for line in text.split('\n'):
        shown = html.escape(line).replace('  ', '&nbsp; ')
        if c.id in line:
            at = len(c.id) // 2
            shown = shown.replace(c.id, '<b>%s</b><wbr>%s' % (c.id[:at], c.id[at:]))
        out.append('<p class="x"><span style=\'font-size:10.0pt\'>%s</span><o:p></o:p></p>' % shown)
    return '\n'.join(out + ['</body></html>'])


def rtf(text, c):
    body = re.sub(r'([\\{}])', r'\\\1', text).replace('\n', '\\par\n')
    body = ''.join(x if ord(x) < 128 else "\\'%02x" % ord(x) if ord(x) < 256 else '\\u%d?' % ord(x) for x in body)
    return ('{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Calibri;}}\n'
            '\\viewkind4\\uc1\\pard\\lang1033\\f0\\fs22 ' + body + '\\par\n}\n')


def outlook(text, c):
    return ('Von:\tMail Delivery System <MAILER-DAEMON@mta.sender.example>\nGesendet:\tMontag, 3. Februar\n'
            'An:\tKlaus Muster\nBetreff:\tUnzustellbar\n\n' + text.replace('  ', '\u00a0 ').replace('\n', '\u000b\n'))


def teams(text, c):
    return '[11:03] Klaus Muster\n' + text + '\n[11:04] Klaus Muster\nwhat does this mean? \U0001f914\n'


def mojibake(encoding):
    def damage(text, c):
        return text.replace('-', '\u2013').replace("'", '\u2019').encode().decode(encoding, 'replace')
    return damage


def forwarded(text, c):
    inner = '---------- Forwarded message ----------\nFrom: A Person <a.person@elsewhere.example>\n' \
            'Date: Tue, 4 Feb\nSubject: Undelivered\n\n' + text
    outer = 'See below\n\n-----Original Message-----\nFrom: B <b@elsewhere.example>\n\n' + \
            '\n'.join('> ' + l for l in inner.split('\n'))
    return '\n'.join('    ' + l for l in outer.split('\n'))


def pieces(text, c):
    joined = text.replace('\n', ' ')
    size = max(60, len(joined) // 3 + 1)
    cut = [joined[i:i + size] for i in range(0, len(joined), size)]
    return '\n'.join('Nov 21 14:00:00 mta mailapp[812]: [%d/%d] %s' % (i + 1, len(cut), x) for i, x in enumerate(cut))


def scanned(text, c):
    """Poor OCR: blanks inside tokens, letters that look alike."""
    out = []
    for x in text:
        r = c.random.random()
        if r < 0.01 and x.isalnum():
            out += [x, ' ']
        elif r < 0.025 and x in LOOKS:
            out.append(LOOKS[x])
        elif r < 0.05 and x == 'm':
            out.append('rn')
        else:
            out.append(x)
    return ''.join(out)


def deletion(text, c):
    return ''.join(x for x in text if x == '\n' or c.random.random() >= 0.02)


def repeated_codes(text, c):
    code = c.code + (' ' + c.enhanced if c.enhanced else '')
    wrapped = textwrap.wrap(c.reply_text, 40, break_on_hyphens=False)
    return ' '.join(('%s-%s' % (code[:3], (code[4:] + ' ') if c.enhanced else '')) + x for x in wrapped)


def middle_cut(text, c):
    joined = ' '.join(text.split())
    return joined if len(joined) <= 200 else joined[:98] + '...' + joined[-98:]


def qp(text, c):
    return quopri.encodestring(text.replace('-', '\u2010' if c.random.random() < 0.5 else '-').encode()).decode()


def b64(text, c):
    return base64.encodebytes(text.encode()).decode()


def b64_line(text, c):
    return base64.b64encode(text.encode()).decode()


def in_words(before, after):
    return lambda text, c: before + '\n\n' + c.reply_line + '\n\n' + after


def json_string(text, c):
    return json.dumps({'ticket': 4711, 'body': text.replace('-', '\u2011')})


def markdown(text, c):
    escaped = re.sub(r'([-_*.<>\[\]])', r'\\\1', text)
    return 'Hi, I got this:\n\n' + '\n'.join('> **' + l + '**  ' if l.strip() else '>' for l in escaped.split('\n'))


def percent(text, c):
    return 'https://webmail.example/print?subject=Undelivered&body=' + urllib.parse.quote(text)


def csv_cell(text, c):
    return '4711;2026-11-21;"' + text.replace('"', '""').replace('\n', '\\n') + '";open'


def cut_reply(octets):
    return lambda text, c: (c.code + ' ' + (c.enhanced + ' ' if c.enhanced else '') +
                            c.reply_text).encode()[:octets].decode(errors='ignore')


def cut(octets):
    return lambda text, c: text.encode()[:octets].decode(errors='ignore')


def same(text, c):
    return text


# name, what it works on ('text': what a person reads; 'file': all of it), function, lossless
DAMAGES = [
    ('none', 'text', same, True),
    ('quoted twice', 'text', lines(lambda l: '> > ' + l), True),
    ('whole file quoted', 'file', lines(lambda l: '> ' + l), True),
    ('wrapped at 60', 'text', word_wrap(60), True),
    ('wrapped at 40', 'text', word_wrap(40), True),
    ('broken at 60', 'text', hard_wrap(60), True),
    ('broken at 40', 'text', hard_wrap(40), True),
    ('quoted, broken at 60', 'text', lambda t, c: hard_wrap(60)(lines(lambda l: '> ' + l)(t, c), c), True),
    ('first line of reply', 'text', lambda t, c: c.reply_lines[0], False),
    ('last line of reply', 'text', lambda t, c: c.reply_lines[-1], False),
    ('reply cut at 80', 'text', cut_reply(80), False),
    ('reply cut at 128', 'text', cut_reply(128), False),
    ('reply cut at 254', 'text', cut_reply(254), False),
    ('text cut at 254', 'text', cut(254), False),
    ('text cut at 1000', 'text', cut(1000), False),
    ('HTML-escaped', 'text', lambda t, c: html.escape(t), True),
    ('HTML mail', 'text', html_mail, True),
    ('typographic', 'text', typography, True),
    ('upper case', 'text', lambda t, c: t.upper(), False),
    ('lower case', 'text', lambda t, c: t.lower(), False),
    ('ID split', 'text', split_id(''), True),
    ('ID split, hyphenated', 'text', split_id('', '-'), True),
    ('ID split, indented', 'text', split_id('    '), True),
    ('ID split, quoted', 'text', quoted_split, True),
    ('one misread', 'text', misread(1), False),
    ('two misread', 'text', misread(2), False),
    ('one wrong', 'text', on_id(wrong), False),
    ('one missing', 'text', on_id(missing), False),
    ('one doubled', 'text', on_id(doubled), False),
    ('two transposed', 'text', on_id(transposed), False),
    ('read aloud', 'text', on_id(spaced), True),
    ('zero-width, soft hyphens', 'text', sprinkle('\u200b\u00ad\u2060\ufeff', 5), True),
    ('no-break spaces', 'text', lambda t, c: t.replace(' ', '\u00a0'), True),
    ('German words', 'text', in_words('Ihre Nachricht konnte nicht zugestellt werden. Der Server des Empf\u00e4ngers '
                                      'meldete:', 'Bitte wenden Sie sich an Ihren Administrator.'), True),
    ('French words', 'text', in_words('Votre message n\u2019a pas pu \u00eatre remis. Le serveur distant a '
                                      'r\u00e9pondu\u00a0:', 'Cordialement'), True),
    ('Japanese words', 'text', in_words('\u30e1\u30c3\u30bb\u30fc\u30b8\u3092\u914d\u4fe1\u3067\u304d\u307e\u305b'
                                        '\u3093\u3067\u3057\u305f\u3002', '\u4ee5\u4e0a'), True),
    ('quoted-printable', 'text', qp, True),
    ('base64', 'text', b64, True),
    ('base64, quoted', 'text', lambda t, c: lines(lambda l: '> ' + l)(b64(t, c), c), True),
    ('base64, one line', 'text', b64_line, True),
    ('base64 among text', 'text', lambda t, c: 'See the answer:\n\n' + b64(t, c) + '\nRegards', True),
    ('tabs', 'text', lambda t, c: t.replace(' ', '\t'), True),
    ('CRLF', 'text', lambda t, c: t.replace('\n', '\r\n'), True),
    ('CR only', 'text', lambda t, c: t.replace('\n', '\r'), True),
    ('file, CR only', 'file', lambda t, c: t.replace('\r\n', '\n').replace('\n', '\r'), True),
    ('file, indented', 'file', lines(lambda l: '    ' + l), True),
    ('file, on one line', 'file', lambda t, c: ' '.join(t.split()), True),
    ('RTF', 'text', rtf, True),
    ('Outlook', 'text', outlook, True),
    ('Teams', 'text', teams, True),
    ('mojibake Latin-1', 'text', mojibake('latin-1'), True),
    ('mojibake Windows', 'text', mojibake('cp1252'), True),
    ('forwarded twice', 'text', forwarded, True),
    ('on one line', 'text', lambda t, c: ' '.join(t.split()), True),
    ('ticket bars', 'text', lines(lambda l: '| ' + l), True),
    ('syslog pieces', 'text', pieces, True),
    ('scanned', 'text', scanned, False),
    ('2 % deleted', 'text', deletion, False),
    ('repeated codes', 'text', repeated_codes, True),
    ('middle cut', 'text', middle_cut, False),
    ('JSON', 'text', json_string, True),
    ('Markdown', 'text', markdown, True),
    ('in a URL', 'text', percent, True),
    ('CSV cell', 'text', csv_cell, True),
]
