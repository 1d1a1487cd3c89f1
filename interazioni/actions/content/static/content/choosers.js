// Wagtail starts its date and time choosers by a script in the page; our policy allows none, so they are started from here.
document.addEventListener('DOMContentLoaded', () => {
  const start = { date: window.initDateChooser, time: window.initTimeChooser, datetime: window.initDateTimeChooser }
  for (const mark of document.querySelectorAll('[data-chooser]')) {
    start[mark.dataset.chooser]?.(mark.dataset.for, JSON.parse(mark.dataset.config))
  }
})

// The same for the chooser of pictures, which also shows what was chosen. Before anybody else who waits for the page (capture): Wagtail then
// takes the menu of what is chosen out of its place, and its buttons would not be found any more.
window.addEventListener('DOMContentLoaded', () => {
  const marks = document.querySelectorAll('[data-picture-chooser]')
  if (!marks.length) return
  class PictureChooser extends window.Chooser {
    initHTMLElements(id) {
      super.initHTMLElements(id)
      this.image = this.chooserElement.querySelector('[data-chooser-image]')
    }

    getStateFromHTML() {
      const state = super.getStateFromHTML()
      return state && { ...state, preview: this.image.getAttribute('src') }
    }

    renderState(state) {
      super.renderState(state)
      this.image.setAttribute('src', state.preview)
    }
  }
  for (const mark of marks) new PictureChooser(mark.dataset.pictureChooser)
}, true)
