// Nothing typed is lost: <form data-draft="key"> keeps what is being typed in this browser tab until it has been saved.
// Never kept: passwords, files, hidden fields, and whatever is marked personal (data-personal on the field or around it,
// or data-draft-only on the form, which names the only fields that may be kept). Session storage ends with the tab;
// data-draft-keep asks for local storage instead, for work that lasts days and names nobody.
const forms = document.querySelectorAll('form[data-draft]')

const store = (form) => (form.hasAttribute('data-draft-keep') ? localStorage : sessionStorage)
const place = (form) => `draft:${form.dataset.draft || location.pathname}`

function kept(form) {
  const only = form.dataset.draftOnly?.split(/\s+/)
  return [...form.elements].filter(
    (field) =>
      field.name &&
      !['hidden', 'password', 'file', 'submit', 'button', 'reset'].includes(field.type) &&
      !field.closest('[data-personal]') &&
      (!only || only.includes(field.name)),
  )
}

function collect(form) {
  const values = {}
  for (const field of kept(form)) {
    if (field.type === 'checkbox' || field.type === 'radio') {
      values[field.name] ??= []
      if (field.checked) values[field.name].push(field.value)
    } else if (field.type === 'select-multiple') values[field.name] = [...field.selectedOptions].map((option) => option.value)
    else values[field.name] = field.value
  }
  return values
}

function restore(form, values) {
  let changed = false
  for (const field of kept(form)) {
    const value = values[field.name]
    if (value === undefined) continue
    if (field.type === 'checkbox' || field.type === 'radio') {
      const on = value.includes(field.value)
      changed ||= field.checked !== on
      field.checked = on
    } else if (field.type === 'select-multiple') for (const option of field.options) option.selected = value.includes(option.value)
    else if (field.value !== value) {
      field.value = value
      changed = true
    }
  }
  return changed
}

const drop = (form) => store(form).removeItem(place(form))

for (const form of forms) {
  // A form that came back with errors holds what was typed already; the page says data-draft-saved after a success.
  const failed = form.querySelector('[aria-invalid="true"]') || form.previousElementSibling?.matches?.('.error-summary')
  let saved = null
  try {
    saved = JSON.parse(store(form).getItem(place(form)))
  } catch {
    drop(form)
  }
  if (saved && !failed && restore(form, saved)) {
    const note = form.querySelector('.draft-note')
    if (note) note.textContent = note.dataset.restored
  }
  let timer
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      try {
        store(form).setItem(place(form), JSON.stringify(collect(form)))
      } catch {
        // A full or forbidden storage only costs the draft.
      }
    }, 400)
  })
  form.addEventListener('reset', () => drop(form))
}

// The page after a success names the draft that is done with.
for (const done of document.querySelectorAll('[data-draft-saved]')) {
  sessionStorage.removeItem(`draft:${done.dataset.draftSaved}`)
  localStorage.removeItem(`draft:${done.dataset.draftSaved}`)
}

// Logging out, or acting as another body, leaves nothing of the first behind on a shared computer.
document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-leaves]')) return
  for (const storage of [sessionStorage, localStorage]) {
    for (const key of Object.keys(storage)) if (key.startsWith('draft:')) storage.removeItem(key)
  }
})
