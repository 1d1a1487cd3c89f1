"""Which column of a list of services is what: headings as Italian offices write them, and English ones."""

import re

from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.importing import cells, hours_cell
from interazioni.foundation.imports import values
from interazioni.foundation.imports.mapping import Field, Kind
from interazioni.foundation.imports.reading import Cell, text_of
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.foundation.vocabularies.folding import fold

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _looks_like_hours(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(re.search(r"\d", cell)) and bool(hours_cell.read(cell[:200]).hours)


def _looks_like_place(cell: Cell) -> bool:
    if not isinstance(cell, str) or len(cell) > 60:
        return False
    # Not `parse_place`, which also looks for countries that are spelt alike: each column is asked.
    key = fold(re.sub(r"\b\d{5}\b|\([A-Za-z]{2}\)|\s[A-Z]{2}\s*$", " ", cell))
    return bool(key) and any(fold(one.name) == key for one in municipalities.search(key, limit=5))


def _looks_like_postal_code(cell: Cell) -> bool:
    return bool(re.fullmatch(r"\d{5}(?:\.0)?", text_of(cell)))


def _looks_like_phone(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(
        re.match(r"^(?:tel|cell)?[.:\s]*[+(]?[03]\d[\d\s./()-]{5,}", cell, re.IGNORECASE)
    )


def _looks_like_web(cell: Cell) -> bool:
    return (
        isinstance(cell, str) and "@" not in cell and bool(re.match(r"^\s*(?:https?://|www\.)\S+", cell, re.IGNORECASE))
    )


def _looks_like_languages(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) < 120 and bool(languages.parse_languages(cell)[0])


def _looks_like_address(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(re.match(r"^\s*(?:via|v\.|corso|c\.so|piazza|p\.za|p\.zza|piazzale|viale|v\.le|largo|strada|str\.|vicolo|lungo\w*|frazione|fraz\.|borgo|salita)\s", cell, re.IGNORECASE))  # fmt: skip


FIELDS: tuple[Field, ...] = (
    Field("code", _("Code of the service"), ("codice servizio", "codice", "id servizio", "id", "identificativo", "codice identificativo", "service id",
                                             "external id", "service code", "uuid")),
    Field("name", _("Name"), ("nome del servizio", "nome servizio", "servizio", "denominazione servizio", "denominazione del servizio", "titolo",
                              "denominazione", "nome", "sportello", "nome sportello", "servizi", "titolo del servizio", "service", "service name", "name", "title")),
    Field("organisation", _("Who offers it"), ("ente", "organizzazione", "ente/organizzazione", "ente erogatore", "ente gestore", "gestore", "soggetto gestore",
                                               "soggetto erogatore", "chi lo offre", "offerto da", "nome ente", "ente organizzatore", "associazione", "organizzazione/ente",
                                               "ente titolare", "erogatore", "organisation", "organization", "provider", "agency", "offered by")),
    Field("summary", _("In one sentence"), ("in una frase", "descrizione breve", "breve descrizione", "sintesi", "in breve", "riassunto", "summary",
                                            "short description", "in one sentence")),
    Field("description", _("Description"), ("descrizione", "descrizione del servizio", "descrizione servizio", "che cos'è", "cos'è", "cosa fa", "di cosa si tratta",
                                            "attività svolte", "presentazione", "cosa facciamo", "description", "what it is", "about")),
    Field("theme", _("What it is about"), ("tema", "area tematica", "argomento", "categoria", "ambito", "settore", "tipologia", "tipologia servizio", "materia", "area",
                                           "area di intervento", "tipo di servizio", "tipo", "topic", "theme", "category", "what it is about")),
    Field("for_whom", _("Whom it is for"), ("a chi è rivolto", "a chi si rivolge", "per chi", "destinatari", "destinatari del servizio", "beneficiari", "target", "utenza",
                                            "chi può accedere", "requisiti", "requisiti di accesso", "whom it is for", "who it is for", "for whom", "eligibility", "audience")),
    Field("how", _("How to get it"), ("come si accede", "modalità di accesso", "come si fa", "come fare", "come accedere", "accesso", "come richiederlo", "come ottenerlo",
                                      "procedura", "modalità", "accesso al servizio", "how to get it", "how to apply", "how to access", "application process")),
    Field("needed", _("What one needs"), ("documenti necessari", "cosa serve", "documenti", "documenti richiesti", "documentazione", "documentazione necessaria",
                                          "documentazione richiesta", "cosa portare", "documenti da portare", "what one needs", "what you need", "required documents",
                                          "documents", "what to bring")),
    Field("obtained", _("What one obtains"), ("cosa si ottiene", "cosa offre", "risultato", "prestazioni", "cosa si riceve", "esito", "what one obtains", "what you get", "outcome")),
    Field("times", _("Times and deadlines"), ("tempi", "tempi e scadenze", "scadenze", "tempi di attesa", "periodo", "durata", "tempi e durata", "times and deadlines",
                                              "deadlines", "times", "waiting time")),
    Field("cost", _("What it costs"), ("costo", "costi", "quanto costa", "tariffa", "tariffe", "prezzo", "contributo", "costo/gratuito", "costo per l'utente", "spesa",
                                       "costo del servizio", "what it costs", "cost", "costs", "fee", "fees", "price")),
    Field("free", _("Free of charge"), ("gratuito", "gratis", "gratuità", "è gratuito", "servizio gratuito", "gratuito si no", "gratuito s/n", "free", "free of charge"),
          looks_like=lambda cell: values.parse_yes_no(cell) is not None or cells.free(text_of(cell)) is not None),
    Field("place_name", _("Name of the place"), ("nome della sede", "nome sede", "denominazione sede", "presso", "struttura", "edificio", "nome del luogo", "name of the place",
                                                 "venue", "location name", "place")),
    Field("address", _("Street and number"), ("indirizzo", "via", "via e numero", "indirizzo sede", "indirizzo della sede", "sede", "sede operativa", "luogo", "dove",
                                              "indirizzo completo", "ubicazione", "street and number", "address", "street", "street address", "where"),
          looks_like=_looks_like_address),
    Field("postal_code", _("Postal code"), ("cap", "c.a.p.", "codice postale", "postal code", "postcode", "zip"), looks_like=_looks_like_postal_code, strict=True),
    Field("municipality", _("Municipality"), ("comune", "città", "località", "comune sede", "comune della sede", "comune e provincia", "paese", "municipality", "city", "town"),
          looks_like=_looks_like_place, by_content=True),
    Field("province", _("Province"), ("provincia", "prov", "pr", "sigla provincia", "province"),
          looks_like=lambda cell: isinstance(cell, str) and bool(re.fullmatch(r"\W?[A-Za-z]{2}\W?", cell.strip()))),
    Field("transport", _("How to get there"), ("come arrivare", "come raggiungerlo", "mezzi pubblici", "mezzi", "trasporti", "raggiungibile con", "how to get there", "public transport")),
    Field("access_note", _("Getting in: steps, lift, wide doors"), ("accessibilità", "accessibile", "accesso disabili", "barriere architettoniche", "accessibilità disabili",
                                                                    "accessibile ai disabili", "accessibility", "wheelchair access")),
    Field("hours", _("Opening hours"), ("orari", "orario", "orari di apertura", "orario di apertura", "apertura", "giorni e orari", "orari apertura", "giorni/orari",
                                        "orari al pubblico", "orario al pubblico", "ricevimento", "orario di ricevimento", "orari sportello", "orario sportello", "giorni di apertura",
                                        "opening hours", "hours", "opening times"), looks_like=_looks_like_hours, by_content=True),
    *(Field(day, label, (italian, italian.replace("ì", "i'"), short, day)) for day, label, italian, short in (
        ("monday", _("Monday"), "lunedì", "lun"), ("tuesday", _("Tuesday"), "martedì", "mar"), ("wednesday", _("Wednesday"), "mercoledì", "mer"),
        ("thursday", _("Thursday"), "giovedì", "gio"), ("friday", _("Friday"), "venerdì", "ven"), ("saturday", _("Saturday"), "sabato", "sab"),
        ("sunday", _("Sunday"), "domenica", "dom"))),
    Field("closures", _("Closed"), ("chiusure", "chiusura", "periodi di chiusura", "chiuso", "giorni di chiusura", "ferie", "closed", "closures")),
    Field("phones", _("Phones"), ("telefono", "tel", "telefoni", "telefono/i", "recapito telefonico", "numero di telefono", "numeri di telefono", "n telefono", "recapiti",
                                  "contatti telefonici", "telefono fisso", "telefono sede", "phones", "phone", "telephone", "phone number"),
          looks_like=_looks_like_phone, by_content=True),
    Field("more_phones", _("Second phone"), ("cellulare", "cell", "altro telefono", "telefono 2", "secondo telefono", "numero verde", "whatsapp", "mobile", "second phone"),
          looks_like=_looks_like_phone),
    Field("email", _("E-mail"), ("email", "e-mail", "mail", "posta elettronica", "indirizzo email", "indirizzo e-mail", "e mail", "pec"), looks_like=values.looks_like_email,
          by_content=True, strict=True),
    Field("website", _("Website"), ("sito", "sito web", "sito internet", "web", "link", "url", "pagina web", "pagina", "homepage", "website", "web page"),
          looks_like=_looks_like_web, by_content=True),
    Field("spoken", _("Languages spoken there"), ("lingue parlate", "lingue", "lingua", "lingue disponibili", "lingue parlate allo sportello", "mediazione linguistica",
                                                  "lingue di lavoro", "languages spoken there", "languages", "languages spoken"), looks_like=_looks_like_languages),
    Field("age", _("Age"), ("età", "fascia d'età", "fascia di età", "fasce d'età", "età dei destinatari", "fascia età", "age", "ages", "age group")),
    Field("minimum_age", _("From this age"), ("età minima", "da età", "dai anni", "eta min", "from this age", "minimum age", "min age")),
    Field("maximum_age", _("Up to this age"), ("età massima", "fino a età", "fino agli anni", "eta max", "up to this age", "maximum age", "max age")),
    Field("appointment", _("By appointment only"), ("su appuntamento", "solo su appuntamento", "appuntamento", "appuntamento necessario", "prenotazione",
                                                    "prenotazione obbligatoria", "prenotazione necessaria", "by appointment", "by appointment only", "appointment")),
    Field("alert", _("Notice at the top of the page"), ("avviso", "avvisi", "avvertenze", "notice", "alert")),
    Field("also", _("Other words that people use for it"), ("parole chiave", "altri nomi", "conosciuto come", "detto anche", "keywords", "also known as", "tag")),
)  # fmt: skip

KIND = Kind(
    "services",
    _("Services"),
    FIELDS,
    anchors=frozenset({"name"}),
    qualifiers=frozenset(["referente", "responsabile", "legale", "presidente", "operatore", "operatrice", "compilatore", "contatto", "referenti"]),
    wordy=True,
    closing=re.compile(r"^(?:firma\b|timbro\b|n b\b|nb\b|legenda\b|fonte\b|aggiornat\w+ (?:al|il|a)\b|stampat\w+ il\b|pagina \d|ultimo aggiornamento\b|compilato da\b)"),
)  # fmt: skip

# An empty sheet: headings that are read as what they say.
HEADINGS = ("Nome del servizio", "Ente", "Tema", "In una frase", "A chi è rivolto", "Come si accede", "Documenti necessari", "Cosa si ottiene", "Tempi e scadenze",
            "Costo", "Nome della sede", "Indirizzo", "CAP", "Comune", "Provincia", "Orari", "Chiusure", "Telefono", "E-mail", "Sito web", "Lingue parlate", "Età",
            "Su appuntamento", "Accessibilità")  # fmt: skip
