// The service worker. Public pages that were opened are there without a connection, too; nothing of the desk is ever kept.
// It also shows what is pushed, and opens it.
const PAGES = 'pages-1'
const PARTS = 'parts-1'
const PICTURES = 'pictures-1'
const MOST = 80 // pages, and as many pictures; the oldest goes
const PRIVATE = /^\/(desk|cms|account|api|mediation|still-true|events|health|language)(\/|$)/

self.addEventListener('install', (event) => {
  event.waitUntil(self.skipWaiting())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => ![PAGES, PARTS, PICTURES].includes(name)).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

// A page tells what it is made of: its own address, its language's page for "no connection", its style and script.
self.addEventListener('message', (event) => {
  if (event.data?.keep) event.waitUntil(keepAll(event.data.keep))
})

async function keepAll(addresses) {
  const own = addresses.map((one) => new URL(one, self.location.origin)).filter((url) => url.origin === self.location.origin && !PRIVATE.test(url.pathname))
  await Promise.allSettled(own.map(async (url) => {
    const cache = await caches.open(shelf(url.pathname))
    // A picture's address is made of what it is: kept once, it is kept.
    if (shelf(url.pathname) === PICTURES && await cache.match(url.href)) return
    const answer = await fetch(url.href, { credentials: 'omit' })
    if (answer.ok) await cache.put(url.href, answer)
  }))
  await trim()
}

function shelf(path) {
  return path.startsWith('/static/') ? PARTS : path.startsWith('/pictures/') ? PICTURES : PAGES
}

async function trim() {
  for (const name of [PAGES, PICTURES]) {
    const cache = await caches.open(name)
    const kept = (await cache.keys()).filter((one) => !one.url.includes('/offline/'))
    await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST)).map((one) => cache.delete(one)))
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin || PRIVATE.test(url.pathname)) return
  if (url.pathname.startsWith('/static/')) {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)))
  } else if (url.pathname.startsWith('/pictures/')) {
    event.respondWith(picture(request, url))
  } else if (request.mode === 'navigate') {
    event.respondWith(page(request, url))
  }
})

// Without a connection any size of it that was kept will do.
async function picture(request, url) {
  const cache = await caches.open(PICTURES)
  const found = await cache.match(request)
  if (found) return found
  try {
    return await fetch(request)
  } catch {
    const folder = url.href.slice(0, url.href.lastIndexOf('/') + 1)
    const other = (await cache.keys()).filter((one) => one.url.startsWith(folder)).at(-1)
    return (other && await cache.match(other)) || Response.error()
  }
}

async function page(request, url) {
  try {
    return await fetch(request)
  } catch {
    const cache = await caches.open(PAGES)
    const language = url.pathname.match(/^\/([a-z]{2}(?:-hans)?)\//)?.[1]
    const said = language ? `/${language}/offline/` : '/offline/'
    return (await cache.match(url.href)) || (await cache.match(new URL(said, url).href)) || (await cache.match(new URL('/offline/', url).href)) || Response.error()
  }
}

self.addEventListener('push', (event) => {
  const told = event.data ? event.data.json() : {}
  event.waitUntil(
    self.registration.showNotification(told.title || 'InterAzioni', { body: told.body, tag: told.tag, data: { url: told.url } }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data?.url || '/', self.location.origin)
  if (url.origin !== self.location.origin) return
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((open) => {
      const there = open.find((one) => one.url === url.href)
      return there ? there.focus() : self.clients.openWindow(url.href)
    }),
  )
})
