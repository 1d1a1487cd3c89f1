// HTMX under a strict Content-Security-Policy: no eval, no style element of its own, no copy of pages (with people's names) in the browser's storage.
import htmx from 'htmx.org'

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  scrollIntoViewOnBoost: false,
  defaultFocusScroll: true,
  timeout: 30000,
  // A form that comes back with errors (422) or with somebody else's change (409) is an answer to show, not a failure.
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '409', swap: true },
    { code: '422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
})

window.htmx = htmx

// Words come from the page (ui/base.html), already in the reader's language.
export function say(key, tone = 'danger') {
  const region = document.getElementById('notices')
  const words = region?.dataset[key]
  if (!words) return
  const notice = document.createElement('div')
  notice.className = `alert alert-${tone}`
  const text = document.createElement('p')
  text.className = 'alert-body'
  text.textContent = words
  notice.append(text)
  region.replaceChildren(notice)
}

const hush = () => document.getElementById('notices')?.replaceChildren()
// data-quiet: a part that asks by itself. Nobody waits for its answer: it takes no focus away and says for itself what went wrong.
const quiet = (event) => Boolean(event.target.closest?.('[data-quiet]'))

document.addEventListener('htmx:beforeRequest', (event) => quiet(event) || hush())
document.addEventListener('htmx:sendError', (event) => quiet(event) || say('offline', 'warning'))
document.addEventListener('htmx:timeout', (event) => quiet(event) || say('offline', 'warning'))
document.addEventListener('htmx:responseError', (event) => {
  if (quiet(event)) return
  const status = event.detail.xhr.status
  if (status === 401) location.reload() // logged out meanwhile: the page sends to the login and back
  else if (status === 403) say('forbidden')
  else if (status === 404) say('missing')
  else if (status === 413) say('large')
  else if (status === 429) say('often', 'warning')
  else say('failed')
})

// After a swap the reader's focus must not fall to the top of the page. In this order: what asked for it, an error
// summary, the field that had it, else the part that changed.
let before = null
document.addEventListener('htmx:beforeSwap', () => {
  before = document.activeElement?.id || null
})
document.addEventListener('htmx:afterSettle', (event) => {
  const changed = event.detail.target?.isConnected ? event.detail.target : event.detail.elt
  if (!changed?.querySelector) return
  const wanted = changed.querySelector('[data-focus]') || changed.querySelector('.error-summary')
  if (wanted) {
    if (!wanted.hasAttribute('tabindex')) wanted.tabIndex = -1
    wanted.focus()
    return
  }
  if (document.activeElement && document.activeElement !== document.body) return
  const again = before && document.getElementById(before)
  if (again) again.focus({ preventScroll: true })
  else if (changed !== document.body && !changed.closest('[data-quiet]')) {
    if (!changed.hasAttribute('tabindex')) changed.tabIndex = -1
    changed.focus({ preventScroll: true })
  }
})
