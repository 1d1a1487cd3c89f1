// The service worker: shows what is pushed, and opens it. It keeps no pages.
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
