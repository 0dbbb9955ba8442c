"""Chinese texts are set with Chinese signs: no half-width comma, colon, semicolon or parenthesis stands beside a Chinese character in what
people are told."""
import re, unittest

from names import read, walk

HAN = r'[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef“”]'
HALF = re.compile(f'{HAN} ?[,:;()?!]|[,:;()?!] ?{HAN}')
# Written in Chinese but read by a program, or a form to be typed: the half-width colon belongs to it.
AS_TYPED = ('时:分', '键: 值', 'http://主机:端口', 'https://主机:端口')
# Not texts but parts of a list: what the forms of a plate look like.
NO_TEXTS = 'src/domain/plate.c'


def literals(source):
    """The texts of a C source, those written in several pieces joined, each with its line."""
    source = re.sub(r'/\*.*?\*/', lambda m: re.sub('[^\n]', ' ', m[0]), source, flags=re.S)
    for m in re.finditer(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*', source):
        yield source.count('\n', 0, m.start()) + 1, ''.join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', m[0]))


def half_width(text):
    for form in AS_TYPED:
        text = text.replace(form, '')
    return HALF.search(text) is not None


class Chinese(unittest.TestCase):
    def test_no_half_width_sign_beside_a_chinese_character(self):
        wrong = [f'{n}:{line}: {text}' for n in walk('src', 'include') if n != NO_TEXTS
                 for line, text in literals(read(n)) if half_width(text)]
        self.assertEqual(wrong, [])

    def test_one_would_be_found(self):
        for text in ('已约满,请', '经过:', '(演练)', '满(见', '请重试; 再', '第 3 行 (见', '是否?'):
            self.assertTrue(half_width(text), text)
        for text in ('经过：', '（演练）', '08:30 起', '（键: 值）'):
            self.assertFalse(half_width(text), text)
        self.assertEqual(list(literals('/* "满," */\nf("a"\n  "满");')), [(2, 'a满')])
