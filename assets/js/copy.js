// Copies what stands in a field that only says something; without script, or where the browser refuses, it is selected by hand.
for (const button of document.querySelectorAll('[data-copy]')) {
  const field = document.getElementById(button.dataset.copy)
  const words = button.querySelector('span')
  if (!field || !words || !navigator.clipboard) continue
  button.hidden = false
  words.setAttribute('role', 'status')
  const before = words.textContent
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(field.value)
      words.textContent = button.dataset.copied
      setTimeout(() => { words.textContent = before }, 4000)
    } catch {
      field.select()
    }
  })
}
