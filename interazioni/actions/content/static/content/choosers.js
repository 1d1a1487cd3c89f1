// Wagtail starts its date and time choosers by a script in the page; our policy allows none, so they are started from here.
document.addEventListener('DOMContentLoaded', () => {
  const start = { date: window.initDateChooser, time: window.initTimeChooser, datetime: window.initDateTimeChooser }
  for (const mark of document.querySelectorAll('[data-chooser]')) {
    start[mark.dataset.chooser]?.(mark.dataset.for, JSON.parse(mark.dataset.config))
  }
})
