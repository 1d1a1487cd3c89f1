// data-confirm="What will happen?" on a form or on its button asks first, in the page's own <dialog>.
// Without script the form is sent: whatever cannot be undone has a confirmation page of its own as well.
const dialog = document.getElementById('confirm')

let granted = null

function ask(question, label, then) {
  dialog.querySelector('[data-question]').textContent = question
  const yes = dialog.querySelector('[value="yes"]')
  yes.textContent = label || yes.dataset.label
  dialog.returnValue = ''
  dialog.addEventListener('close', () => { if (dialog.returnValue === 'yes') then() }, { once: true })
  dialog.showModal()
}

if (dialog) {
  // Capturing: before HTMX or another listener sees the event.
  document.addEventListener('submit', (event) => {
    const form = event.target
    const button = event.submitter
    const question = button?.dataset.confirm || form.dataset.confirm
    if (!question || granted === form) {
      granted = null
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
    ask(question, button?.dataset.confirmLabel || form.dataset.confirmLabel, () => {
      granted = form
      form.requestSubmit(button)
    })
  }, true)

  // hx-confirm="…" asks with the same dialog instead of the browser's.
  document.addEventListener('htmx:confirm', (event) => {
    if (!event.detail.question) return
    event.preventDefault()
    ask(event.detail.question, event.target.dataset.confirmLabel, () => event.detail.issueRequest(true))
  })
}
