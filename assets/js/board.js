// The board hears by a stream of events that something has changed, and then asks for its rows again. Without the stream it asks
// every half minute; without script there is a link. What the stream says is only that something changed, never what.
const board = document.querySelector('[data-board]')

if (board) {
  const state = document.getElementById('board-live')
  const POLL = 30000
  const CLOCK = 60000 // how long is left to answer changes by itself
  const AGAIN = 120000 // after which a stream that was refused is tried again
  let stream = null
  let last = Date.now()
  let refused = 0

  const tell = (key) => {
    if (state && state.dataset.said !== key) {
      state.dataset.said = key
      state.textContent = state.dataset[key]
    }
  }
  const live = () => stream?.readyState === EventSource.OPEN
  const again = () => {
    last = Date.now()
    window.htmx.trigger(board, 'board:again')
  }

  const listen = () => {
    if (!board.dataset.events || !('EventSource' in window) || stream) return
    stream = new EventSource(board.dataset.events, { withCredentials: true })
    stream.addEventListener('ready', () => {
      refused = 0
      tell('live')
    })
    stream.addEventListener('changed', again)
    stream.onerror = () => {
      if (live()) return
      tell('polling')
      // Where it was refused, or answers something else, a browser does not come back by itself.
      if (stream?.readyState === EventSource.CLOSED) {
        stream = null
        refused = Date.now()
      }
    }
  }
  const hush = () => {
    stream?.close()
    stream = null
  }

  tell('polling')
  listen()
  setInterval(() => {
    if (document.hidden) return
    if (!stream && Date.now() - refused > AGAIN) listen()
    if (Date.now() - last >= (live() ? CLOCK : POLL)) again()
  }, 5000)
  // A tab that nobody looks at holds no connection: a browser has six for a site.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hush()
    else {
      listen()
      again()
    }
  })
  window.addEventListener('pagehide', hush)

  let before = 0
  board.addEventListener('htmx:beforeSwap', (event) => {
    before = Number(board.querySelector('[data-uncovered]')?.dataset.uncovered || 0)
    // Logged out meanwhile: the answer is the page of the login, not the rows.
    if (!event.detail.xhr.responseText.includes('data-board-rows')) {
      event.detail.shouldSwap = false
      if (event.detail.xhr.status < 400) location.reload()
    }
  })
  board.addEventListener('htmx:afterSwap', () => {
    tell(live() ? 'live' : 'polling')
    const now = Number(board.querySelector('[data-uncovered]')?.dataset.uncovered || 0)
    if (now > before) state.textContent = `${state.dataset.more} ${state.dataset[state.dataset.said]}`
  })
  for (const fault of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) board.addEventListener(fault, () => tell('lost'))
}
