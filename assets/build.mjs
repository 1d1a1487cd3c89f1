// Called by script/assets. One pass, no watcher: Sass → CSS → its right-to-left twin; esbuild → app.js; the icons that are listed → sprite.svg.
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import rtlcss from 'rtlcss'
import * as sass from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const packages = join(here, '..', 'node_modules')
const italia = join(packages, 'bootstrap-italia')
const target = resolve(process.argv[2])
// Built beside the target and moved at the end: a server that is running never reads half a build.
const out = `${target}.new`
rmSync(out, { recursive: true, force: true })
mkdirSync(join(out, 'fonts'), { recursive: true })

const notice = '/*! Bootstrap Italia, BSD-3-Clause, see bootstrap-italia.LICENSE.txt */\n'

function style(name) {
  const { css } = sass.compile(join(here, 'scss', `${name}.scss`), {
    loadPaths: [packages],
    // Bootstrap Italia is written with @import; its own deprecation warnings are not ours to fix.
    quietDeps: true,
    silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function', 'mixed-decls'],
    logger: sass.Logger.silent,
  })
  const minify = (text) => esbuild.transformSync(text, { loader: 'css', minify: true, legalComments: 'none', target: ['es2020', 'safari15', 'firefox102', 'chrome100'] }).code
  writeFileSync(join(out, `${name}.css`), notice + minify(css))
  writeFileSync(join(out, `${name}.rtl.css`), notice + minify(rtlcss.process(css)))
}

function sprite() {
  const names = readFileSync(join(here, 'icons.txt'), 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter(Boolean)
  const symbols = names.map((name) => {
    const svg = readFileSync(join(italia, 'src', 'svg', `${name}.svg`), 'utf8')
    const [, attributes, body] = svg.match(/<svg([^>]*)>([\s\S]*)<\/svg>/)
    const viewBox = attributes.match(/viewBox="([^"]+)"/)?.[1] ?? '0 0 24 24'
    // Only shapes are kept: an editor's ids, clip paths and titles would collide or be announced.
    const shapes = body
      .replace(/<(defs|clipPath|title|style|metadata)\b[\s\S]*?<\/\1>/g, '')
      .replace(/\s(id|class|style|clip-path|data-[\w-]+)="[^"]*"/g, '')
      .replace(/>\s+</g, '><')
      .trim()
    return `<symbol id="${name}" viewBox="${viewBox}">${shapes}</symbol>`
  })
  writeFileSync(join(out, 'sprite.svg'), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`)
}

function fonts() {
  const family = join(italia, 'src', 'fonts', 'Titillium_Web')
  for (const weight of ['regular', '600']) {
    copyFileSync(join(family, `titillium-web-v10-latin-ext_latin-${weight}.woff2`), join(out, 'fonts', `titillium-web-${weight}.woff2`))
  }
  copyFileSync(join(family, 'OFL.txt'), join(out, 'fonts', 'titillium-web.OFL.txt'))
  copyFileSync(join(italia, 'LICENSE'), join(out, 'bootstrap-italia.LICENSE.txt'))
}

style('desk')
sprite()
fonts()
await esbuild.build({
  entryPoints: { app: join(here, 'js', 'main.js') },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020', 'safari15', 'firefox102', 'chrome100'],
  legalComments: 'none',
  logLevel: 'warning',
  nodePaths: [packages],
})

rmSync(target, { recursive: true, force: true })
renameSync(out, target)

let total = 0
for (const file of ['desk.css', 'desk.rtl.css', 'app.js', 'sprite.svg', 'fonts/titillium-web-regular.woff2', 'fonts/titillium-web-600.woff2']) {
  const bytes = readFileSync(join(target, file))
  const sent = file.endsWith('.woff2') ? bytes.length : brotliCompressSync(bytes).length
  if (file !== 'desk.rtl.css') total += sent
  console.log(`assets: ${file.padEnd(36)} ${(bytes.length / 1024).toFixed(1).padStart(7)} KB, sent ${(sent / 1024).toFixed(1).padStart(5)} KB`)
}
console.log(`assets: a first visit loads ${(total / 1024).toFixed(1)} KB of them (brotli)`)
