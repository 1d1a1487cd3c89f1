// The navigation works without this: its button is a link to #main-nav, which :target unfolds. Here the link becomes a real button.
const link = document.querySelector('.bar-toggle')
const nav = document.getElementById('main-nav')

if (link && nav) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = link.className
  button.append(...link.childNodes)
  button.setAttribute('aria-controls', nav.id)
  button.setAttribute('aria-expanded', 'false')
  link.replaceWith(button)

  const set = (open) => {
    nav.classList.toggle('is-open', open)
    button.setAttribute('aria-expanded', String(open))
  }
  button.addEventListener('click', () => set(!nav.classList.contains('is-open')))
  nav.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !nav.classList.contains('is-open')) return
    set(false)
    button.focus()
  })
}

// <details class="menu"> opens by itself; here it learns to close.
const openMenus = () => document.querySelectorAll('details.menu[open]')

document.addEventListener('click', (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false
})
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const menu of openMenus()) {
    const inside = menu.contains(document.activeElement)
    menu.open = false
    if (inside) menu.querySelector('summary').focus()
  }
})
document.addEventListener('focusout', (event) => {
  const menu = event.target.closest?.('details.menu[open]')
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false
})

// Tabs load their content by HTMX; the mark of the open one has to follow.
document.addEventListener('htmx:afterRequest', (event) => {
  const tab = event.detail.elt?.closest?.('.tabs a')
  if (!tab || !event.detail.successful) return
  for (const other of tab.closest('.tabs').querySelectorAll('a')) other.removeAttribute('aria-current')
  tab.setAttribute('aria-current', 'page')
})

// Pages that print themselves carry a button, since a strict policy allows no onclick.
document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-print]')) window.print()
})
