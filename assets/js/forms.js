// What every form gets: the error summary is read out first, and a second click does not send twice.
const summary = document.querySelector('.error-summary')
if (summary) summary.focus()

document.addEventListener('submit', (event) => {
  const form = event.target
  // HTMX keeps its own order of requests; only what the browser itself sends is guarded here.
  if (event.defaultPrevented || form.method !== 'post' || form.matches('[hx-post], [data-hx-post]')) return
  if (form.classList.contains('is-sending')) {
    event.preventDefault()
    return
  }
  form.classList.add('is-sending')
})

// Back button: the browser shows the page as it was left, and it must be possible to send it again.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form.is-sending')) form.classList.remove('is-sending')
})

// <select data-submit> (a filter, a language) sends its form at once; without script the button beside it does.
document.addEventListener('change', (event) => {
  const control = event.target.closest?.('[data-submit]')
  if (control) control.form.requestSubmit()
})
