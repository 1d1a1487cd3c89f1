// Notifications on this phone: offered only where the browser knows how.
const box = document.querySelector('[data-push]')

if (box && 'serviceWorker' in navigator && 'PushManager' in window) offer()

async function offer() {
  const said = box.querySelector('[data-push-said]')
  const allow = box.querySelector('[data-push-allow]')
  const stop = box.querySelector('[data-push-stop]')
  const token = box.querySelector('[name=csrfmiddlewaretoken]').value
  const worker = await navigator.serviceWorker.register('/sw.js')
  const show = (on) => {
    allow.hidden = on
    stop.hidden = !on
  }
  const tell = async (address, fields) => {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'X-CSRFToken': token },
      body: new URLSearchParams(fields),
    })
    if (!answer.ok) throw new Error(`${answer.status}`)
  }
  show(Boolean(await worker.pushManager.getSubscription()))
  box.hidden = false

  allow.addEventListener('click', async () => {
    if ((await Notification.requestPermission()) !== 'granted') {
      said.textContent = said.dataset.denied
      return
    }
    try {
      const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.push })
      const { endpoint, keys } = made.toJSON()
      await tell(box.dataset.allow, { endpoint, key: keys.p256dh, secret: keys.auth })
      show(true)
      said.textContent = said.dataset.on
    } catch {
      said.textContent = said.dataset.failed
    }
  })
  stop.addEventListener('click', async () => {
    const made = await worker.pushManager.getSubscription()
    if (made) {
      await tell(box.dataset.stop, { endpoint: made.endpoint })
      await made.unsubscribe()
    }
    show(false)
    said.textContent = said.dataset.off
  })
}
