"""The languages that Notula knows by name, as data; `core.domain.languages` reads it.

All of ISO 639-1 that people speak or write today, and those of Whisper that are only in ISO 639-3. A line has the code
that is kept, other codes of the same language (ISO 639-2 and 639-3, withdrawn ones, and those of its standard variety),
and after the bar names: the English one that is shown, other English ones, its own, and the Indonesian one.

Names and codes are those of the Unicode CLDR 47 (https://cldr.unicode.org), the first names those of Whisper
(https://github.com/openai/whisper/blob/main/whisper/tokenizer.py). tests/unit/domain/test_languages.py compares this
with the CLDR that comes with Babel.
"""

# Some names have letters that look like others.
# ruff: noqa: RUF001

LANGUAGES = """
aa aar | Afar; Qafar
ab abk | Abkhazian; Аԥсшәа; Abkhaz
af afr | Afrikaans
ak aka | Akan
am amh | Amharic; አማርኛ; Amharik
an arg | Aragonese; aragonés; Aragon
ar ara arb | Arabic; العربية; Arab
as asm | Assamese; অসমীয়া; Assam
av ava | Avaric; Avar
ay aym ayr | Aymara
az aze azj | Azerbaijani; azərbaycan
ba bak | Bashkir; башҡорт теле
be bel | Belarusian; беларуская; Belarusia
bg bul | Bulgarian; български; Bulgaria
bi bis | Bislama
bm bam | Bambara; bamanakan
bn ben | Bengali; Bangla; বাংলা
bo bod tib | Tibetan; བོད་སྐད་; Tibet
br bre | Breton; brezhoneg
bs bos | Bosnian; bosanski; Bosnia
ca cat | Catalan; Valencian; català; Katalan
ce che | Chechen; нохчийн
ceb | Cebuano
ch cha | Chamorro
co cos | Corsican; corsu; Korsika
cr cre cwd | Cree; Kree
cs ces cze | Czech; čeština; Ceko
cv chv | Chuvash; чӑваш
cy cym wel | Welsh; Cymraeg
da dan | Danish; dansk
de deu ger | German; Deutsch; Jerman
dv div | Divehi; ދިވެހިބަސް
dz adp dzo | Dzongkha; རྫོང་ཁ
ee ewe | Ewe; eʋegbe
el ell gre | Greek; Ελληνικά; Yunani
en eng | English; Inggris
eo epo | Esperanto
es spa | Spanish; Castilian; español; Spanyol; Castellano
et ekk est | Estonian; eesti; Estonia
eu baq eus | Basque; euskara
fa fas per pes | Persian; فارسی; Persia; Farsi; Dari
ff fuc ful | Fula; Pulaar
fi fin | Finnish; suomi
fj fij | Fijian; Fiji
fo fao | Faroese; føroyskt; Faroe
fr fra fre | French; français; Prancis
fy fry | Western Frisian; Frysk; Frisia Barat
ga gle | Irish; Gaeilge; Irlandia
gd gla | Scottish Gaelic; Gàidhlig; Gaelik Skotlandia
gl glg | Galician; galego; Galisia
gn grn gug | Guarani; avañe’ẽ
gu guj prp | Gujarati; ગુજરાતી; Gujarat
gv glv | Manx; Gaelg
ha hau | Hausa
haw | Hawaiian; ʻŌlelo Hawaiʻi; Hawaii
he heb iw | Hebrew; עברית; Ibrani; Ivrit
hi hin | Hindi; हिन्दी
ho hmo | Hiri Motu
hr hrv scr | Croatian; hrvatski; Kroasia
ht hat | Haitian Creole; Haitian; Kreyòl Ayisyen; Kreol Haiti
hu hun | Hungarian; magyar; Hungaria
hy arm hye | Armenian; հայերեն; Armenia
hz her | Herero
ia ina | Interlingua
id in ind | Indonesian; Indonesia
ie ile | Interlingue
ig ibo | Igbo
ii iii | Sichuan Yi; ꆈꌠꉙ
ik esk ipk | Inupiaq; Inupiak
io ido | Ido
is ice isl | Icelandic; íslenska; Islandia
it ita | Italian; italiano; Italia
iu ike iku | Inuktitut; ᐃᓄᒃᑎᑐᑦ
ja jpn | Japanese; 日本語; Jepang
jv jav jw | Javanese; Jawa
ka geo kat | Georgian; ქართული; Georgia
kg kng kon | Kongo
ki kik | Kikuyu; Gikuyu
kj kua | Kuanyama
kk kaz | Kazakh; қазақ тілі
kl kal | Kalaallisut
km khm | Khmer; ខ្មែរ
kn kan | Kannada; ಕನ್ನಡ
ko kor | Korean; 한국어; Korea
kr kau knc | Kanuri
ks kas | Kashmiri; کٲشُر; Kashmir
ku kmr kur | Kurdish; Kurdi; kurdî; Kurmanji
kv kom kpv | Komi
kw cor | Cornish; kernewek; Kornish
ky kir | Kyrgyz; кыргызча; Kirgiz; Kirghiz
la lat | Latin; Latina
lb ltz | Luxembourgish; Letzeburgesch; Lëtzebuergesch; Luksemburg
lg lug | Ganda; Luganda
li lim | Limburgish; Limburgia
ln lin | Lingala; lingála
lo lao | Lao; ລາວ
lt lit | Lithuanian; lietuvių; Lituania
lu lub | Luba-Katanga; Tshiluba
lv lav lvs | Latvian; latviešu; Latvia
mg mlg plt | Malagasy; Malagasi
mh mah | Marshallese; Marshall
mi mao mri | Maori; Māori
mk mac mkd | Macedonian; македонски; Makedonia
ml mal | Malayalam; മലയാളം
mn drh khk mon | Mongolian; монгол; Mongolia
mr mar | Marathi; मराठी
ms may msa zsm | Malay; Melayu; Malaysian; Malaysia
mt mlt | Maltese; Malti; Malta
my bur mya | Burmese; Myanmar; မြန်မာ; Burma
na nau | Nauru
nd nde | North Ndebele; isiNdebele; Ndebele Utara
ne nep npi | Nepali; नेपाली
ng ndo | Ndonga
nl dut nld | Dutch; Flemish; Nederlands; Belanda
nn nno | Nynorsk; Norwegian Nynorsk; norsk nynorsk; Nynorsk Norwegia
no nb nob nor | Norwegian; norsk; Norwegia; Bokmål; Norwegian Bokmål; norsk bokmål
nr nbl | South Ndebele; Ndebele Selatan
nv nav | Navajo; Diné Bizaad
ny nya | Nyanja
oc oci | Occitan; Ositania
oj ojg oji | Ojibwa
om gaz orm | Oromo; Oromoo
or ori ory | Odia; ଓଡ଼ିଆ; Oriya
os oss | Ossetic; ирон; Ossetia
pa pan | Punjabi; Panjabi; ਪੰਜਾਬੀ
pi pli | Pali
pl pol | Polish; polski
ps pbu pus | Pashto; Pushto; پښتو
pt por | Portuguese; português; Portugis
qu que quz | Quechua; Runasimi
rm roh | Romansh; rumantsch; Reto-Roman
rn run | Rundi; Ikirundi
ro mo mol ron rum | Romanian; Moldavian; Moldovan; română; Rumania
ru rus | Russian; русский; Rusia
rw kin | Kinyarwanda; Ikinyarwanda
sa cls san | Sanskrit; संस्कृत भाषा; Sanskerta
sc src srd | Sardinian; sardu; Sardinia
sd snd | Sindhi; سنڌي
se sme | Northern Sami; davvisámegiella; Sami Utara
sg sag | Sango; Sängö
si sin | Sinhala; Sinhalese; සිංහල
sk slk slo | Slovak; slovenčina
sl slv | Slovenian; slovenščina; Slovenia
sm smo | Samoan; Samoa
sn sna | Shona; chiShona
so som | Somali; Soomaali; Somalia
sq alb als sqi | Albanian; shqip; Albania
sr scc srp hbs sh | Serbian; српски; Serbia; Montenegrin; Serbo-Croatian; srpski
ss ssw | Swati; siSwati
st sot | Southern Sotho; Sesotho; Sotho Selatan
su sun | Sundanese; Basa Sunda; Sunda
sv swe | Swedish; svenska; Swedia
sw swa swh | Swahili; Kiswahili
ta tam | Tamil; தமிழ்
te tel | Telugu; తెలుగు
tg tgk | Tajik; тоҷикӣ
th tha | Thai; ไทย
ti tir | Tigrinya; ትግርኛ
tk tuk | Turkmen; türkmen dili
tl fil tgl | Tagalog; Filipino
tn tsn | Tswana; Setswana
to ton | Tongan; lea fakatonga; Tonga
tr tur | Turkish; Türkçe; Turki
ts tso | Tsonga; Xitsonga
tt tat | Tatar; татар
tw twi | Twi
ty tah | Tahitian; Tahiti
ug uig | Uyghur; ئۇيغۇرچە
uk ukr | Ukrainian; українська; Ukraina
ur urd | Urdu; اردو
uz uzb uzn | Uzbek; o‘zbek
ve ven | Venda; Tshivenḓa
vi vie | Vietnamese; Tiếng Việt; Vietnam
vo vol | Volapük; Volapuk
wa wln | Walloon; walon
wo wol | Wolof
xh xho | Xhosa; IsiXhosa
yi ji ydd yid | Yiddish; ייִדיש
yo yor | Yoruba; Èdè Yorùbá
yue | Cantonese; 粵語; Kanton; 粤语; 广东话; 廣東話
za zha zyb | Zhuang; Vahcuengh
zh chi cmn zho | Chinese; Mandarin; 中文; Tionghoa; Mandarin Chinese; 汉语; 漢語; 普通话; 普通話; 国语; 國語; 华语; 華語
zu zul | Zulu; isiZulu
"""

VARIETIES = frozenset(
    """
    american australian austrian brazilian british canadian congo european latin mexican simplified swiss traditional
    high modern standard us uk
    """.split()  # noqa: SIM905
)
"""Words before a language's English name that say which variety of it is meant."""

WHISPER_LANGUAGES = frozenset(
    """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is
    it ja jv ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl
    sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh
    """.split()  # noqa: SIM905
)
"""The 99 that every multilingual Whisper knows, by the codes that are kept here; version 3 knows Cantonese, too."""
