// The register only becomes quicker by script: it counts, sets everyone present, and warns before what is not saved is left.
const form = document.querySelector('form[data-register]')

if (form) {
  const sum = form.querySelector('[data-sum]')
  const [present, absent] = sum.dataset.sum.split('|')
  const all = form.querySelector('[data-all]')
  // A page that comes back with errors or with two values holds marks that nobody has saved.
  let unsaved = Boolean(document.querySelector('.error-summary, .mark-both'))

  const count = () => {
    const chosen = [...form.querySelectorAll('.mark-choice :checked')].map((radio) => radio.value)
    const here = chosen.filter((value) => value === 'present' || value.startsWith('late')).length
    sum.textContent = `${present}: ${here} · ${absent}: ${chosen.length - here}`
    all.hidden = here === form.querySelectorAll('.mark').length
  }

  form.addEventListener('change', (event) => {
    unsaved = true
    count()
    if (event.target.value === 'late') event.target.closest('.mark').querySelector('.mark-minutes input')?.focus()
  })
  all.addEventListener('click', () => {
    for (const radio of form.querySelectorAll('[value="present"]')) radio.checked = true
    unsaved = true
    count()
  })
  form.addEventListener('submit', () => { unsaved = false })
  window.addEventListener('beforeunload', (event) => { if (unsaved) event.preventDefault() })
  // The browser may put back radios as they were left: count what is on the page, not what was sent.
  window.addEventListener('pageshow', count)
  count()
}
