// Signing with a finger: strokes are kept as a path in a field of 600 by 200, small enough for a form, drawn again as SVG.
const WIDTH = 600
const HEIGHT = 200

for (const box of document.querySelectorAll('[data-signing]')) {
  const canvas = box.querySelector('canvas')
  const kept = box.querySelector('[data-signature]')
  const pen = canvas.getContext('2d')
  if (!pen) continue
  box.hidden = false
  pen.lineWidth = 4
  pen.lineCap = 'round'
  pen.lineJoin = 'round'
  let drawing = false
  let last = null

  const place = (event) => {
    const area = canvas.getBoundingClientRect()
    const across = Math.round(((event.clientX - area.left) / area.width) * WIDTH)
    const down = Math.round(((event.clientY - area.top) / area.height) * HEIGHT)
    return [Math.min(Math.max(across, 0), WIDTH), Math.min(Math.max(down, 0), HEIGHT)]
  }
  const go = (letter, [across, down]) => {
    kept.value += `${letter}${across} ${down}`
    if (letter === 'M') {
      pen.beginPath()
      pen.moveTo(across, down)
    } else {
      pen.lineTo(across, down)
      pen.stroke()
    }
    last = [across, down]
  }

  canvas.addEventListener('pointerdown', (event) => {
    event.preventDefault()
    canvas.setPointerCapture(event.pointerId)
    drawing = true
    go('M', place(event))
  })
  canvas.addEventListener('pointermove', (event) => {
    if (!drawing) return
    const next = place(event)
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) >= 3) go('L', next)
  })
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, () => {
      drawing = false
    })
  }
  box.querySelector('[data-signature-clear]').addEventListener('click', () => {
    kept.value = ''
    pen.clearRect(0, 0, WIDTH, HEIGHT)
  })
}
