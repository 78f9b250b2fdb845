"""Layouts of plates: formats, proportions, colours and words of a country or a family of countries.

Format codes: A letter, 9 digit, ? any character, ' ' gap, '-' dash or dot, '^' seal, crest or sticker (drawn,
never text), '/' next line, any other character stands for itself. A new country is one entry of `LAYOUTS`.
"""
from dataclasses import dataclass, field

from dies import LETTERS

NO_IOQ = 'ABCDEFGHJKLMNPRSTUVWXYZ'
NO_VOWELS = 'BCDFGHJKLMNPRSTVWXYZ'


@dataclass(frozen=True)
class Layout:
    """One family of plates. Shares of height or of cases are in 0..1."""
    weight: float
    formats: list
    aspect: tuple                       # plate width / height
    text_height: tuple                  # character height / plate height
    palette: str
    centre: float = .5                  # of the characters, from the top
    letters: str = LETTERS
    favoured: str = ''                  # characters drawn more often, since their die is easily mistaken
    words: tuple = ()
    band: str = ''                      # letters of a country band at the left, '?' for any
    no_band: float = .22
    top_band: float = 0.                # coloured Mercosur band
    strip: float = 0.                   # white strip above a black field
    top_plate: float = 0.               # riveted strip with state and city
    top_word: float = .7
    bottom_word: float = .6
    seal: float = .2                    # share whose gap holds a seal
    corner: float = .13                 # stickers in the corners
    bar_one: float = .16                # share whose 1 is a plain bar
    vanity: float = .02
    art: float = .18                    # printed artwork
    bold: bool = False                  # old embossed dies
    die: str = ''                       # key of dies.HABITS
    drawn: float = .5                   # share of dies that no font has
    coloured_bands: float = 0.
    side_emblems: float = 0.            # pictures and small serials beside the characters
    loose: float = 0.                   # share with much room around the text
    two_lines: list = field(default_factory=list)


_US = ['AAA 9999', 'AAA-9999', '9AAA999', '9AAA999', '9AAA999', '9A99999', 'AAA 999', '999 AAA', 'AA9^A9A', 'AA9 A9A', 'AA9^A9A', '9AA^99A', '99A^9AA', '999^AAA', 'AAA^9999', 'AA 99999', '9AA9999', 'A99 9999', 'A999 999', '999 9999', 'A99-AAA', '999-AAA', 'AAA9999', 'AA99999', 'AA9-A999', 'AAA-A99', 'AAA A99', '9AA A99', '9A9999A', '99A-999', '99-A9999', 'A 999999', '9-99999A', '999AAA', '9999AA', '999 AA9', 'A999999', '9A99999', 'AAA999', 'AA^9999', 'A9A^9A9', '9 A99999', '99 AA999', 'AAA9A99']
# As many people as live in the states that issue them: Texas, New York, Pennsylvania, Ohio, Georgia, ...; California.
_US += ['AAA 9999', 'AAA-9999', 'AAA^9999'] * 4 + ['9AAA999'] * 4
_WORLD = ['AAA 999', 'AAA 9999', 'AA 9999', 'AA 999 AA', 'AA 99 AA', 'AAA 99', '999 AAA', '9999 AA', '99 A 9999', 'AAA 999A', 'AAA-999-AA', 'AAA^999^AA', 'AA-99-AA', 'A 9999 AA', 'AA^99 AAA', 'AAA^9999', '999-AA-99', 'A-99999', 'AA 99999', 'A 99999', 'AAAA 999', 'AA9999A', 'AAA99A', '9999AAA', '99999A99', '99 AAA 999', '99^AA 999', 'AA^999^99', 'AAA 99 AA', 'A99^9999', '999 999', '99-9999', '9999-99', '^AAA999', '^999AAA', 'AAA^999AA', 'AB 99 AA 999', 'GR 999-99', 'AA 99 A 999', '9A 99999', 'A9999', 'AAA9999', 'AAA999AA', '999^9999', 'A 999^999']
COUNTRIES = ('NIGERIA', 'GHANA', 'KENYA', 'CROATIA', 'HRVATSKA', 'SLOVENIJA', 'TURKIYE', 'MALTA', 'CYPRUS', 'TUNISIE', 'MAROC', 'ALGERIE', 'SENEGAL', 'CAMEROUN', 'ANGOLA', 'MOCAMBIQUE', 'REPUBLICA DOMINICANA', 'CUBA', 'HONDURAS', 'NICARAGUA', 'BELIZE', 'BARBADOS', 'JAMAICA', 'GUYANA', 'SURINAME', 'PHILIPPINES', 'PILIPINAS', 'INDONESIA', 'MALAYSIA', 'AUSTRALIA', 'QUEENSLAND', 'VICTORIA', 'NEW SOUTH WALES', 'AOTEAROA', 'SOUTH AFRICA', 'ONTARIO', 'QUEBEC', 'ALBERTA', 'SHQIPERIA', 'SRBIJA', 'CRNA GORA', 'MAGYARORSZAG', 'LIETUVA', 'LATVIJA', 'EESTI', 'FEDERAL REPUBLIC OF NIGERIA', 'CENTRE OF EXCELLENCE', 'LAGOS', 'ABUJA', 'PARAGUAY', 'BOLIVIA', 'VENEZUELA', 'REPUBLICA BOLIVARIANA DE VENEZUELA', 'CARABOBO', 'DISTRITO CAPITAL', 'GUAYANA', 'HAITI', 'UAE', 'DUBAI', 'KSA', 'QATAR', 'KUWAIT', 'BAHRAIN', 'OMAN', 'ISRAEL', 'PAKISTAN', 'PUNJAB', 'SINDH', 'ISLAMABAD', 'BANGLADESH', 'SRI LANKA', 'INDIA')
_MX_STATES = ('JALISCO', 'CDMX', 'MEXICO', 'NUEVO LEON', 'ESTADO DE MEXICO', 'EDOMEX', 'QUERETARO', 'PUEBLA', 'DELANTERA', 'TRASERA', 'YUCATAN', 'QUINTANA ROO', 'SONORA', 'SINALOA', 'VERACRUZ', 'GUANAJUATO', 'CHIHUAHUA', 'BAJA CALIFORNIA', 'TAMAULIPAS', 'TRANSPORTE PRIVADO', 'AUTOMOVIL', 'AGUASCALIENTES', 'MICHOACAN', 'OAXACA', 'CHIAPAS', 'TABASCO', 'COAHUILA', 'DURANGO', 'ZACATECAS', 'HIDALGO', 'MORELOS', 'TLAXCALA', 'NAYARIT', 'COLIMA', 'CAMPECHE', 'GUERRERO', 'SAN LUIS POTOSI', 'FRONTERA', 'MOTOCICLETA', 'CAMION')
_US_WORDS = ('TEXAS', 'CALIFORNIA', 'MISSOURI', 'ILLINOIS', 'OHIO', 'GEORGIA', 'FLORIDA', 'NEW YORK', 'THE LONE STAR STATE', 'SHOW ME STATE', 'dmv.ca.gov', 'LAND OF LINCOLN', 'Virginia', 'Pennsylvania', 'Michigan', 'Arizona', 'GARDEN STATE', 'SUNSHINE STATE', 'GRAND CANYON STATE', 'Washington', 'NEVADA', 'Land of Enchantment', 'FEB', 'SEP 14', 'MYFLORIDA.COM', 'ALASKA', 'THE LAST FRONTIER', 'Oregon', 'Colorado', 'MINNESOTA', '10,000 Lakes', 'WISCONSIN', 'Iowa', 'KANSAS', 'OKLAHOMA', 'Native America', 'ARKANSAS', 'LOUISIANA', 'ALABAMA', 'TENNESSEE', 'KENTUCKY', 'Maryland', 'DELAWARE', 'Massachusetts', 'VERMONT', 'MAINE', 'HAWAII')

LAYOUTS = {
    'mx': Layout(11, ['AAA-999-A', 'AAA-999-A', 'AAA-99-99', 'AAA-99-99', 'A99-AAA', '999-AAA', 'AA-99-999', 'AA-9999-A', '99-AAA-9', 'AA-999-AA', 'A-999-AAA', 'AAA^999^A', 'AAA^99^99', 'AA99999', '999AAA9'], (1.9, 2.15), (.38, .6), 'white art green red', letters=NO_IOQ,
                 words=_MX_STATES, art=.5, coloured_bands=.35, side_emblems=.45, two_lines=['99A/AA9', '999/AA9', 'AAA/99', 'A99/AAA', '9AA/A99', 'AA99/9A']),
    'cr': Layout(6, ['AAA-999', 'AAA-999', 'AAA-999', '999999', '999999', 'CL-999999', 'CL-999-999', 'AAA 999', 'AAA^999', 'CL 999999', 'MOT 999999'], (1.9, 2.2), (.42, .62), 'white art blue', letters='BCDFGHJKLMNPQRSTVWXYZ', words=('COSTA RICA', 'CENTROAMERICA', 'CENTRO AMERICA'), side_emblems=.45, two_lines=['MOT/999999', 'MOT/999999', 'AAA/999', 'CL/999999']),
    'co': Layout(5, ['AAA-999', 'AAA 999', 'AAA^999', 'AAA-999', 'AAA99A'], (1.95, 2.2), (.46, .64), 'yellow yellow yellow white', .46, words=('BOGOTA D.C.', 'MEDELLIN', 'CALI', 'BARRANQUILLA', 'ENVIGADO', 'CHIA', 'FUNZA', 'SABANETA', 'COLOMBIA'), bottom_word=.95, two_lines=['AAA/99A', 'AAA/99A', 'AAA/99']),
    'ar_old': Layout(15, ['AAA 999'], (2.15, 2.7), (.42, .6), 'black', .56, words=('ARGENTINA', 'REPUBLICA ARGENTINA'), strip=1, seal=.35, bold=True, die='argentina', favoured='4017INMWV', two_lines=['999/AAA', '999/AAA^']),
    'ar_new': Layout(6, ['AA 999 AA', 'AA 999 AA', 'AA 999 AA', 'A 999 AAA', 'A999AAA'], (2.75, 3.2), (.5, .64), 'white', .63, words=('REPUBLICA ARGENTINA', 'ARGENTINA'), top_band=1, seal=.03, two_lines=['A99/9AAA', 'A99/9AAA']),
    'br_old': Layout(8, ['AAA-9999', 'AAA 9999', 'AAA-9999'], (2.8, 3.25), (.5, .66), 'grey grey grey red white', .6, words=('SP-SAO PAULO', 'MG-BELO HORIZONTE', 'BA-SALVADOR', 'RJ-RIO DE JANEIRO', 'PR-CURITIBA', 'DF-BRASILIA', 'BA-FEIRA DE SANTANA', 'GO-GOIANIA', 'RS-PORTO ALEGRE', 'PE-RECIFE'), top_plate=1, seal=.03, bar_one=.5, bold=True, die='brazil', favoured='ODQ', two_lines=['AAA/9999', 'AAA/9999']),
    'br_new': Layout(6, ['AAA9A99', 'AAA9A99', 'AAA 9A99'], (2.85, 3.2), (.5, .64), 'white', .63, words=('BRASIL',), favoured='ODQ', top_band=1, corner=.6, two_lines=['AAA/9A99', 'AAA/9A99']),
    'cl': Layout(3, ['AA-AA-99', 'AA^AA-99', 'AA AA 99', 'AA-99-99', 'AA 9999', 'AA^AA^99'], (2.5, 2.9), (.52, .68), 'white white yellow', .47, letters='BCDFGHJKLPRSTVWXYZ', words=('CHILE',), bottom_word=.9, two_lines=['AA/9999', 'AAA/99', 'AA/999']),
    'pe': Layout(3, ['AAA-999', 'A9A-999', 'AA9-999', 'AAA-999'], (1.9, 2.2), (.46, .62), 'white yellow', .57, words=('PERU',), top_word=.9, two_lines=['9999/9A', '99/9999', 'AA/9999']),
    'ec': Layout(2.5, ['AAA-9999', 'AAA-9999', 'AAA-999'], (2.2, 2.7), (.5, .66), 'white orange', .57, words=('ECUADOR', 'ANT'), top_word=.9, two_lines=['AA/999A', 'AA999/A']),
    'uy': Layout(2, ['AAA 9999', 'AAA-9999'], (2.8, 3.2), (.52, .64), 'white', .62, words=('URUGUAY',), top_band=.7, seal=.03, two_lines=['AAA/999', 'AAA/9999']),
    'py': Layout(2.5, ['AAA 999', 'AAAA 999', 'AAAA 999', '999 AAAA'], (2.2, 3.1), (.5, .64), 'white', .6, words=('PARAGUAY',), top_band=.6, seal=.03, two_lines=['999/AAAA', 'AAA/999', 'AAAA/999']),
    'bo': Layout(2, ['9999-AAA', '9999 AAA', '999-AAA', '9999AAA', '999^AAA'], (2.1, 3.1), (.5, .66), 'white', .57, words=('BOLIVIA', 'LP', 'SC', 'CB', 'ESTADO PLURINACIONAL DE BOLIVIA'), top_word=.8, side_emblems=.2, two_lines=['9999/AAA', '999/AAA']),
    'pa': Layout(2, ['AA9999', 'AA-9999', '999999', 'AA9999', 'AA 9999'], (1.9, 2.15), (.45, .62), 'white art', words=('PANAMA', 'CANAL DE PANAMA', '2019', '2022', '2024', 'METROPOLITANA', 'SAN MIGUELITO', 'ARRAIJAN'), top_word=.8, coloured_bands=.35, side_emblems=.3, two_lines=['M/99999', 'MA/9999', 'M9/9999']),
    'gt': Layout(2.5, ['P 999AAA', 'P-999AAA', 'C 999AAA', 'M 999AAA', 'P999AAA', 'P^999AAA', 'A 999AAA'], (1.9, 2.15), (.42, .58), 'white art', letters=NO_VOWELS, words=('GUATEMALA', 'CENTROAMERICA'), coloured_bands=.35, side_emblems=.3, two_lines=['M999/AAA', 'P999/AAA', 'M 999/AAA']),
    'sv': Layout(2, ['P 999-999', 'P999999', 'A999999', 'AAA 9999', 'H AA 9999', 'M 999 999', 'G999999', 'P9999 9'], (1.9, 2.15), (.42, .6), 'white art blue', words=('EL SALVADOR', 'CENTROAMERICA', 'REP. DOMINICANA', 'HONDURAS', 'NICARAGUA'), coloured_bands=.35, side_emblems=.45),
    've': Layout(2, ['AA999AA', 'AAA99A', 'AA9A99A', 'AA999AA', 'A99AA9A'], (1.9, 2.15), (.42, .58), 'white art', words=('VENEZUELA', 'REPUBLICA BOLIVARIANA DE VENEZUELA', 'CARABOBO', 'DISTRITO CAPITAL', 'MIRANDA'), coloured_bands=.3, side_emblems=.2, two_lines=['AA9/A99A', 'AAA/99A']),
    'us': Layout(20, _US, (1.9, 2.15), (.38, .62), 'white art art art blue grey', words=_US_WORDS, favoured='247ZABUVW', vanity=.1, art=.6, coloured_bands=.35, side_emblems=.45, loose=.4),
    'us_flag': Layout(4, ['AA9^A9A', 'AA9^A9A', '999^9AA', 'AAA^999', 'AAA^9999'], (1.9, 2.15), (.40, .55), 'white art', letters=NO_IOQ, words=_US_WORDS, art=.5, coloured_bands=.35, side_emblems=.45, loose=.4),
    'cz': Layout(3, ['9A9^9999', '9A9 9999', '9AA^9999', '9A9^9999'], (4.2, 4.8), (.64, .8), 'white', letters='ABCEHJKLMNPRSTUVXYZ', band='CZ', two_lines=['9A9/9999']),
    'sk': Layout(3, ['AA^999AA', 'AA^999AA', 'AA^999AA', 'AA-999AA'], (4.2, 4.8), (.64, .8), 'white', band='SK'),
    'de': Layout(4.5, ['A^AA 999', 'A^A 9999', 'AA^AA 999', 'AA^A 999', 'AAA^A 99', 'AAA^AA 9', 'AA^AA 99', 'A^AA 9999', 'AAA^AA 99', 'AA^AA 9999'], (4.2, 4.9), (.64, .8), 'white', band='D', two_lines=['AA/A 999', 'A^/AA 999']),
    'at': Layout(1.2, ['A^99999A', 'AA^999AA', 'A^9999A', 'AA^99AA'], (4.2, 4.8), (.6, .76), 'white', band='A'),
    'ro': Layout(2.5, ['A 99 AAA', 'A 999 AAA', 'AA 99 AAA', 'AA 99 AAA', 'B 999 AAA'], (4.2, 4.8), (.64, .8), 'white', letters='ABCDEFGHIJKLMNOPRSTUVWXYZ', band='RO', two_lines=['AA 99/AAA']),
    'eu_mix': Layout(7, ['AAA-999', 'AAAA-999', 'AA 99999', 'AAA 9999', 'AAA A999', 'AA 999A', 'AA-999-AA', 'AA-999-AA', 'AA 999AA', 'AA 999AA', '9999 AAA', '9999 AAA', '99-AA-99', 'AA-99-AA', '99-99-AA', '9-AAA-99', 'AA-999-A', '9-AAA-999', 'AAA 999', 'AAA 99A', 'AA 9999 AA', 'AA^9999AA', 'AA^999-AA', 'AA^AA-999', 'AAA-9999', 'AA-9999', '999 AAA', '99 AA 999', '99 AAA 99', '999-A-9999', 'AA 99 999', 'AA^999-A', 'AA^9999-A'], (3.9, 4.9), (.62, .82), 'white white white yellow red', band='?', side_emblems=.3, two_lines=['AA 99/AAA', 'AAA/9999', '9999/AAA', 'AA/9999', 'AAA/999']),
    'uk': Layout(2, ['AA99 AAA', 'AA99 AAA', 'A999 AAA'], (4.2, 4.8), (.66, .8), 'white yellow', band='GB', no_band=.6, two_lines=['AA99/AAA']),
    'nordic_ch': Layout(1.2, ['AA 99999', '^AA 999999', '^AA 99999', 'AA 99 999'], (4.0, 4.8), (.6, .8), 'white', band='N', no_band=.5),
    'ru_in': Layout(2, ['A999AA 99', 'A999AA 999', 'AA99AA9999', 'AA 99 AA 9999', 'AA99 A 9999', 'AA9999AA'], (4.0, 4.9), (.5, .74), 'white white yellow', band='IND', no_band=.6, two_lines=['AA99/A9999', 'AA99AA/9999', 'AA 99/9999']),
    'world': Layout(14, _WORLD, (1.9, 3.4), (.36, .66), 'white art yellow blue green white white', words=COUNTRIES, drawn=.75, coloured_bands=.3, side_emblems=.6, bottom_word=.7, corner=.2, two_lines=['AAA/999', 'AAA/9999', 'AA/9999', '999/AAA', 'AA 99/999', '99/9999']),
    'world_long': Layout(9, _WORLD, (3.4, 4.9), (.55, .8), 'white white white yellow black blue', words=COUNTRIES, drawn=.75, band='?', no_band=.55, side_emblems=.4),
    'random': Layout(5, ['????', '?????', '??????', '???????', '????????', '??? ???', '???-???', '??? ????', '??^????', '?? ????', '????^???'], (1.9, 4.8), (.42, .78), 'white art yellow black grey', words=('DEALER', 'FORD', 'TOYOTA'), drawn=.7, side_emblems=.45, loose=.4, two_lines=['???/???', '???/????', '??/????']),
}
NAMES = list(LAYOUTS)
WORDS = [word for layout in LAYOUTS.values() for word in layout.words]

# BGR ground, BGR characters
PALETTES = {
    'white': [((238, 240, 240), (25, 25, 25)), ((225, 228, 230), (60, 30, 20)), ((235, 235, 235), (120, 40, 15)), ((205, 215, 215), (40, 30, 30))],
    'art': [((230, 230, 235), (120, 40, 15)), ((235, 225, 210), (20, 20, 70)), ((215, 230, 240), (30, 30, 160)), ((225, 235, 225), (40, 100, 20)), ((205, 190, 170), (60, 30, 30)), ((170, 215, 235), (40, 30, 80)), ((240, 220, 190), (20, 20, 20)), ((190, 200, 220), (90, 60, 10)), ((60, 170, 235), (110, 40, 30)), ((215, 190, 180), (110, 70, 60))],
    'yellow': [((40, 190, 235), (20, 20, 20)), ((60, 205, 240), (20, 20, 20))], 'orange': [((40, 140, 240), (20, 20, 20))],
    'black': [((28, 25, 25), (235, 235, 235)), ((45, 40, 40), (215, 218, 220)), ((20, 20, 20), (190, 195, 200))],
    'grey': [((150, 150, 150), (30, 30, 30)), ((175, 172, 170), (40, 40, 40)), ((135, 140, 142), (18, 18, 18))],
    'red': [((40, 40, 170), (235, 235, 235)), ((232, 232, 235), (35, 30, 165))], 'green': [((70, 120, 40), (235, 235, 235)), ((230, 238, 230), (50, 100, 20))],
    'blue': [((140, 70, 20), (235, 235, 235)), ((235, 225, 215), (130, 40, 10)), ((120, 50, 15), (60, 200, 240))]}
