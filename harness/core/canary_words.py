"""Rare words and names that are written about the same in English, German, Spanish and French."""

MINERALS = """
agate albite anatase andesite ankerite apatite aragonite augite azurite barite basalt bauxite beryl biotite bornite
calcite celestine cerussite chabazite chromite cinnabar cobaltite columbite cordierite corundum covellite cuprite
diopside dioptase dolerite enargite epidote feldspar ferrite fluorite franklinite gabbro gahnite garnierite goethite
graphite halite hematite heulandite hornblende ilmenite jadeite kaolinite kyanite labradorite laterite lazulite leucite
limonite magnesite magnetite malachite marcasite microcline millerite molybdenite monazite muscovite natrolite nepheline
obsidian olivine orpiment orthoclase pegmatite peridotite perlite phonolite porphyry prehnite proustite pyrite
pyrolusite pyroxene realgar rhodonite rhyolite rutile sanidine scapolite scheelite selenite serpentine siderite
smithsonite sodalite sphalerite spinel staurolite stibnite stilbite strontianite sylvite tachylite tantalite tephrite
thorite titanite tourmaline travertine tremolite uraninite vanadinite variscite vermiculite vivianite wavellite
willemite wolframite wollastonite wulfenite zeolite zincite zoisite
"""

ELEMENTS = """
americium antimony astatine beryllium bismuth cadmium caesium californium cerium curium dysprosium einsteinium
europium fermium francium gadolinium gallium germanium hafnium holmium iridium krypton lanthanum lutetium
mendelevium neodymium neptunium niobium nobelium osmium palladium polonium praseodymium promethium protrhenium
rhodium rubidium ruthenium samarium scandium selenium tantalum technetium tellurium thallium thorium thulium
vanadium xenon ytterbium yttrium zirconium
"""

INSTRUMENTS = """
balafon balalaika bandoneon bandura berimbau bodhran bombarde bouzouki celesta chalumeau charango cimbalom cornamuse
cromorne didgeridoo djembe dulciana duduk erhu flugelhorn gamelan glockenspiel guiro gusli harmonium kalimba kantele
koto kora marimba mandola mbira melodica nyckelharpa ocarina ondes ophicleide pandeiro psalterium quena rebab sarangi
sarod saxhorn shakuhachi shamisen sitar sousaphone surbahar tabla tambura theorbo theremin timpani udu vibraphone
vihuela virginal xylophone zurna
"""

RIVERS = """
amazonas angara araguaia brahmaputra chambal chari chindwin colorado cubango danube dniester dordogne dvina ebro
essequibo euphrates godavari guadalquivir guadiana guaviare irrawaddy irtysh jordan kagera kasai kolyma kuban lena
limpopo loire lualaba madeira magdalena mahanadi mamore marañon meta mississippi missouri moselle narmada neretva
niger okavango orinoco orontes paraguay parana pechora pilcomayo potomac purus putumayo rovuma rufiji salween sava
selenga senegal shannon somme struma tagus tapajos tigris tocantins ubangi ucayali uruguay vardar vistula vltava volga
wabash xingu yamuna yangtze yenisei yukon zambezi zarafshan
"""

PEAKS_AND_PLACES = """
aconcagua almaty annapurna antofagasta ararat arequipa asmara atacama bamako banjul bissau bujumbura cayenne chimborazo
cochabamba conakry cotopaxi cuzco damavand denali dushanbe elbrus erebus fuji gaborone gobi harare hekla huascaran
illimani isfahan kalahari kamchatka kampala kathmandu kigali kilimanjaro kinshasa krakatau lhasa lilongwe lhotse
ljubljana lubumbashi luanda malabo maputo maracaibo maseru matterhorn mbabane mogadishu monrovia montevideo nairobi
namib nanga ndjamena niamey nouakchott ojos orizaba osorno ouagadougou paramaribo popocatepetl porto ruapehu sajama
samarkand shasta stromboli surabaya taklamakan tambora tegucigalpa tongariro torres ulan vientiane windhoek yaounde
zanzibar zugspitze
"""

ANIMALS_AND_PLANTS = """
agapanthus alpaca amaryllis anaconda axolotl azalea baobab begonia bonobo bougainvillea caracal cattleya chinchilla
clematis cyclamen dahlia dracaena echidna eucalyptus forsythia fuchsia gardenia gerbera ginkgo gladiolus gorilla guanaco
hibiscus hortensia jacaranda kinkajou kiwi koala lobelia lotus magnolia mahonia mandrill monstera numbat ocelot okapi
opossum orangutan oryx panda petunia philodendron pudu puma quetzal rafflesia salamander sequoia serval strelitzia
tamandua tamarin tapir tarantula tillandsia tradescantia tuatara vicuna wisteria wombat yucca zinnia
"""

SURNAMES = """
adenauer albinoni ampere avogadro balakirev bartok becquerel berlioz bernoulli boltzmann borodin bruckner buxtehude
cassini cauchy chandrasekhar cherubini corelli coriolis couperin debussy delibes dirichlet donizetti doppler dukas
dvorak eiffel eratosthenes euler fermat fibonacci foucault fourier fraunhofer fresnel galilei galois geminiani
gershwin giotto glinka gounod granados heisenberg helmholtz herschel hilbert hindemith honegger huygens jacobi janacek
kandinsky kepler khachaturian kirchhoff kodaly kolmogorov lagrange laplace legendre leibniz leoncavallo lobachevsky
locatelli lorentz mahler mascagni massenet maxwell mendeleev messiaen meyerbeer milhaud minkowski monteverdi
mussorgsky nabokov oersted offenbach paganini palestrina pergolesi piazzolla poincare poisson poulenc prokofiev
puccini rameau ramanujan respighi riemann roentgen rossini rutherford scarlatti schopenhauer schrodinger schumann
scriabin segovia shostakovich sibelius smetana spinoza stradivari stravinsky telemann tesla torricelli vivaldi
weierstrass zemlinsky
"""

_LISTS = (MINERALS, ELEMENTS, INSTRUMENTS, RIVERS, PEAKS_AND_PLACES, ANIMALS_AND_PLANTS, SURNAMES)
SHORTEST = 6
"""Letters of a word, at least: shorter ones are parts of other words."""
WORDS: tuple[str, ...] = tuple(
    dict.fromkeys(word for words in _LISTS for word in words.split() if len(word) >= SHORTEST and word.isascii())
)
"""In a fixed order: a word's place decides which canaries hold it."""
