"""The words that mean something to the sandbox: other names of things, what stands near them, colours, grounds."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOPWORDS = _words(
    """a an the and or of for to in on at by with from into over under above below behind beside near next around
    against across through as is are it its my our your this that these those very some one two three four five
    image picture photo photograph photography shot style make create generate show showing featuring please want
    need like looking high quality detailed detail beautiful stunning professional realistic hyperrealistic 4k 8k
    hd uhd ultra best hero banner header visual campaign brand spring running floating
    nice great cool new modern simple mm lens out up down front"""
)

# Where one of these begins, the words are about the surroundings, no more about the subject.
TURNS = _words("on in with against beside near behind under at by over above next around before at among from about")

# name: other words for the same thing
SAME = """
cup: mug teacup espresso latte cappuccino americano flatwhite tumbler
coffee: cafe barista
sofa: couch settee sectional loveseat
chair: armchair seat stool recliner
headphones: headphone headset earphone earbud airpod
watch: wristwatch timepiece chronograph
perfume: fragrance cologne parfum eau
bottle: flask vial
candle: candlelight
lamp: lantern lampshade luminaire
soap: handwash
bicycle: bike cycle cycling cyclist
phone: smartphone iphone mobile cellphone
app: application dashboard ui ux interface saas software website webpage landing
book: novel paperback hardcover ebook memoir thriller
cake: gateau cupcake cheesecake birthday bakery
pancake: waffle crepe
drink: beverage smoothie lemonade spritz mojito margarita soda
cocktail: mocktail aperol negroni
citrus: oranges lemon lemons lime limes grapefruit mandarin clementine tangerine
fruit: apple pear peach berry strawberry banana mango
city: cityscape metropolis urban downtown town tokyo london paris york manhattan
skyline: skyscraper tower
sea: ocean seascape beach coast shore surf seaside
mountain: alps peak summit ridge himalaya
forest: wood woodland woods jungle
desert: dune sahara
cabin: chalet lodge cottage hut
snow: snowy snowfall
balloon: balloons aerostat
papercut: origami quilling
poster: flyer billboard placard
packaging: package box carton pouch
stationery: letterhead
card: businesscard
logo: logotype emblem monogram
bust: sculpture statue figurine
silk: satin drapery
chrome: mercury metallic
neon: cyberpunk synthwave vaporwave retrowave
pool: poolside
villa: mansion hacienda
interior: livingroom
isometric: lowpoly
moodboard: swatch
cream: moisturizer moisturiser lotion balm ointment
serum: essence tincture
shampoo: conditioner
plinth: pedestal podium
"""

# name: words of things that no plate shows, and that it may stand in for
NEAR = """
headphones: podcast radio speaker microphone audio sound dj playlist gadget electronics sneaker shoe trainer
watch: jewellery jewelry ring necklace earring bracelet diamond gem gold luxury accessory wedding sunglasses glasses
perfume: lipstick mascara makeup nail luxury flower bouquet rose whiskey wine champagne
serum: spa wellness yoga vitamin supplement medicine pharmacy
cosmetics: spa skincare beauty
packaging: logo ecommerce product grocery snack chocolate cereal merchandise delivery startup
bag: handbag backpack tote purse wallet luggage suitcase shirt tshirt hoodie
chair: sofa desk table shelf bed furniture office wood
sofa: house apartment flat loft airbnb realestate estate living dog cat puppy kitten pet family
villa: holiday vacation resort house building museum facade
pool: swim swimming summer
city: car cars automobile vehicle sports train taxi subway bridge traffic night finance bank business
street: market festival crowd
neon: concert club techno party dj rave robot android space spaceship astronaut alien ai future game gaming
bust: person people man woman model face fashion actor ceo doctor philosopher history roman greek character
sea: boat ship sailing fish fishing dolphin whale island lake river meditation
forest: deer fox wolf bear bird owl animal camping hiking fairy elf dragon
mountain: adventure climb climbing ski hiking wallpaper lake valley tent explorer
desert: camel mars planet moon adventure
snow: christmas winter holiday ski santa
balloon: travel adventure flight airplane plane flying
poster: gig festival exhibition gallery painting painter jazz band movie film advert advertisement
cocktail: bar menu party fruit citrus
pancake: cake dessert burger pizza pasta salad sushi ramen bread restaurant food menu sandwich
cake: cookie icecream chocolate donut doughnut wedding birthday
fruit: vegetable salad healthy tomato avocado vegan farm garden
book: magazine journal library reading author story school education writer
stationery: invitation branding identity letter envelope wedding
moodboard: textile pattern fabric tile wallpaper
glass: abstract 3d render crystal toy cube colourful
silk: velvet abstract background gradient texture wave presentation slide
chrome: abstract y2k techno album futuristic render crypto
papercut: child children kid kids storybook illustration cartoon vector nature fairytale
isometric: cute miniature voxel kids game room office workspace toy
phone: startup saas fintech chat social laptop computer tablet screen
bicycle: rome italian sport fitness scooter motorcycle street italy
lamp: reading bedroom evening
candle: lamp halloween hygge relax meditation
"""

COLOURS = {
    "red": "#c62828",
    "crimson": "#b3123a",
    "scarlet": "#d6281f",
    "ruby": "#a3112f",
    "burgundy": "#6b1a2c",
    "maroon": "#621b24",
    "wine": "#6b1a2c",
    "pink": "#ec8fae",
    "blush": "#eebfbb",
    "rose": "#d9798d",
    "magenta": "#cf2f92",
    "fuchsia": "#d2339b",
    "coral": "#f2765f",
    "salmon": "#f08f7b",
    "peach": "#f6bd97",
    "apricot": "#f3b27a",
    "orange": "#ee7d22",
    "tangerine": "#ef7a1e",
    "terracotta": "#bd6446",
    "rust": "#a64b2a",
    "copper": "#b4693f",
    "amber": "#dd9426",
    "yellow": "#f2cb3a",
    "mustard": "#cf9d2b",
    "ochre": "#c68a32",
    "gold": "#c79b3f",
    "golden": "#c79b3f",
    "lime": "#a5cb3b",
    "green": "#3f8a52",
    "olive": "#74743a",
    "sage": "#9aab8c",
    "mint": "#a4d8bf",
    "emerald": "#137a57",
    "teal": "#1c7a7d",
    "turquoise": "#2eb3ae",
    "aqua": "#5cc5cb",
    "cyan": "#35b6d6",
    "blue": "#2f62c4",
    "navy": "#1d2c55",
    "cobalt": "#1f49b6",
    "sapphire": "#1d44a0",
    "indigo": "#40379a",
    "violet": "#7a4fc4",
    "purple": "#7b3fa8",
    "plum": "#6a2f5f",
    "lavender": "#b3a3e0",
    "lilac": "#c3a8dc",
    "mauve": "#a98aae",
    "brown": "#7a4f35",
    "chocolate": "#553322",
    "tan": "#c79f74",
    "beige": "#dccab0",
    "sand": "#d9c3a0",
    "cream": "#efe6d2",
    "ivory": "#f3ecdd",
    "white": "#f7f6f3",
    "grey": "#8d9094",
    "gray": "#8d9094",
    "silver": "#bfc3c8",
    "charcoal": "#3a3d42",
    "black": "#1c1c1f",
}
# lightness and chroma that a word before the colour adds
SHADES = {
    "light": (0.12, 0.75),
    "pale": (0.16, 0.55),
    "pastel": (0.14, 0.6),
    "soft": (0.08, 0.75),
    "dusty": (0.02, 0.55),
    "dark": (-0.16, 0.9),
    "deep": (-0.12, 1.05),
    "bright": (0.05, 1.2),
    "vivid": (0.03, 1.25),
    "neon": (0.08, 1.4),
    "electric": (0.04, 1.35),
    "royal": (-0.05, 1.1),
}
# "green tea" and "blue hour" name no colour of the subject
NOT_A_COLOUR_BEFORE = _words("hour hours tea juice coffee wine light neon zest leaf leaves")
GROUNDS = _words(
    "background backdrop ground wall surface plinth pedestal podium set seamless backing studio sweep floor"
)
