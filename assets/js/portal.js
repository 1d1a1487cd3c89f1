// What a public page can do on this device: share, print, read aloud, be left at once, be there without a connection.
const page = document.querySelector('body.portal')

if (page) {
  ownLanguage()
  keep()
  tools()
  exit()
  offline()
}

// Who comes from elsewhere (a search engine, a friend's message) to a page in another language than the device's is shown the way to their
// own, in its own name. Whoever has walked here from a page of ours has chosen already. It stands where a line of text stood: nothing moves.
function ownLanguage() {
  const line = document.querySelector('.slim-start')
  if (!line || document.referrer.startsWith(location.origin)) return
  const offered = [...document.querySelectorAll('.languages-list a[hreflang]')]
  const speaks = (link, wanted) => link.hreflang.split('-')[0] === wanted.split('-')[0]
  const own = navigator.languages.map((wanted) => offered.find((link) => speaks(link, wanted))).find(Boolean)
  if (!own || own.hasAttribute('aria-current')) return
  const way = own.cloneNode(true)
  way.className = 'slim-action own-language'
  line.replaceChildren(way)
}

async function keep() {
  if (!('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register('/sw.js')
    const worker = (await navigator.serviceWorker.ready).active
    const parts = [...document.querySelectorAll('link[rel=stylesheet], link[rel=preload], link[rel=icon], script[src]')].map((one) => one.href || one.src)
    // The page of a search may hold anything that somebody typed, and a page about violence leaves no trace: they are not kept.
    const own = location.search || page.dataset.sensitive !== undefined ? [] : [location.pathname]
    const seen = own.length ? pictures() : []
    worker?.postMessage({ keep: [...own, page.dataset.offline, ...parts, ...sprites(), ...seen].filter(Boolean) })
  } catch {
    // Without it the page works as before: private windows refuse service workers.
  }
}

// In the size that this device chose; what it has not loaded yet is no part of the page.
function pictures() {
  return [...document.images].filter((one) => one.complete).map((one) => one.currentSrc)
}

function sprites() {
  return [...new Set([...document.querySelectorAll('svg use')].map((one) => (one.getAttribute('href') || '').split('#')[0]))].filter(Boolean)
}

function tools() {
  const box = document.querySelector('[data-tools]')
  if (!box) return
  box.hidden = false
  box.querySelector('[data-print]')?.addEventListener('click', () => window.print())
  share(box.querySelector('[data-share]'))
  aloud(box.querySelector('[data-aloud]'))
}

function share(button) {
  if (!button) return
  const words = button.querySelector('span')
  button.addEventListener('click', async () => {
    const what = { title: document.querySelector('h1')?.textContent.trim(), url: location.href }
    try {
      if (navigator.share) {
        await navigator.share(what)
      } else {
        await navigator.clipboard.writeText(what.url)
        words.textContent = button.dataset.copied
      }
    } catch {
      // Somebody closed the phone's own sheet.
    }
  })
}

// Only where the device has a voice for the language that the text is in.
function aloud(button) {
  const speech = window.speechSynthesis
  if (!button || !speech) return
  const texts = () => [...document.querySelectorAll('h1, .page-intro, .reading > *, .sheet h2, .sheet p, .sheet li')].filter((one) => !one.closest('[hidden]'))
  const language = (one) => one.closest('[lang]').lang
  const voice = (code) => speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(code.toLowerCase().split('-')[0]))
  const offer = () => { button.hidden = !voice(document.documentElement.lang) }
  offer()
  speech.addEventListener?.('voiceschanged', offer)
  const words = button.querySelector('span')
  const before = words.textContent
  const rest = () => { words.textContent = before; button.setAttribute('aria-pressed', 'false') }
  button.addEventListener('click', () => {
    if (speech.speaking) {
      speech.cancel()
      rest()
      return
    }
    const said = texts().map((one) => {
      const utterance = new SpeechSynthesisUtterance(one.textContent.trim())
      utterance.lang = language(one)
      const found = voice(utterance.lang)
      if (found) utterance.voice = found
      return utterance
    })
    if (!said.length) return
    said.at(-1).addEventListener('end', rest)
    words.textContent = button.dataset.stop
    button.setAttribute('aria-pressed', 'true')
    for (const one of said) speech.speak(one)
  })
  window.addEventListener('pagehide', () => speech.cancel())
}

// One touch, or Escape twice: another page takes this one's place, and Back does not lead here.
function exit() {
  const link = document.querySelector('[data-exit]')
  if (!link) return
  const leave = () => {
    document.documentElement.hidden = true
    location.replace(link.href)
  }
  link.addEventListener('click', (event) => {
    event.preventDefault()
    leave()
  })
  let last = 0
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    if (event.timeStamp - last < 800) leave()
    last = event.timeStamp
  })
}

// The page for "no connection" lists what was opened before.
async function offline() {
  const list = document.querySelector('[data-kept]')
  if (!list || !('caches' in window)) return
  const cache = await caches.open('pages-1')
  for (const request of (await cache.keys()).reverse()) {
    const path = new URL(request.url).pathname
    if (path.endsWith('/offline/')) continue
    const text = await (await cache.match(request)).text()
    const title = new DOMParser().parseFromString(text, 'text/html')
    const item = document.createElement('li')
    const link = document.createElement('a')
    link.href = path
    link.textContent = title.querySelector('h1')?.textContent.trim() || path
    link.lang = title.documentElement.lang
    link.dir = title.documentElement.dir || 'auto'
    item.append(link)
    list.append(item)
  }
  document.querySelector('[data-kept-none]').hidden = list.children.length > 0
}

// "Near me": the device is asked once, and what goes into the address is rounded to about a kilometre.
const here = document.querySelector('[data-here]')
if (here && navigator.geolocation) {
  here.hidden = false
  here.addEventListener('click', () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const field = document.querySelector('[data-near]')
        field.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`
        field.form.submit()
      },
      () => { here.querySelector('span').textContent = here.dataset.denied },
      { maximumAge: 600000, timeout: 10000 },
    )
  })
}
