// Looks at each address of the command line's JSON as often as it says; prints one line of JSON for each look. Chromium is ended with it.
import { launch } from 'chrome-launcher'
import lighthouse, { defaultConfig } from 'lighthouse'

const { addresses, rounds, flags } = JSON.parse(process.argv[2])

// Lighthouse's own settings for a phone: a slow 4G line and a processor four times slower, reckoned from what was seen.
// On a busy machine the browser now and then loses its trace: such a look says nothing, and is taken again.
async function look(address) {
  for (let left = 3; ; left--) {
    const { lhr } = await lighthouse(address, { port: chrome.port, output: 'json', logLevel: 'silent' }, defaultConfig)
    if (!lhr.runtimeError) return lhr
    if (!left) throw new Error(`${address}: ${lhr.runtimeError.message}`)
  }
}

const chrome = await launch({ chromePath: process.env.CHROME_PATH, chromeFlags: flags, logLevel: 'silent' })
try {
  // In turns: what else the machine does meets every page alike.
  for (let round = 0; round < rounds; round++) {
    for (const address of addresses) {
      const { categories, audits } = await look(address)
      const requests = audits['network-requests'].details.items
      const weak = Object.values(categories).flatMap((category) => category.auditRefs
        .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 0.9)
        .map(({ id }) => `${id} ${audits[id].displayValue ?? ''}`.trim()))
      const scores = Object.fromEntries(Object.entries(categories).map(([name, { score }]) => [name, Math.round(score * 100)]))
      const faults = audits['errors-in-console'].details?.items ?? []
      console.log(JSON.stringify({
        address, scores, weak, faults: faults.map((fault) => fault.description),
        requests: requests.map(({ url, transferSize, resourceSize }) => [url, transferSize, resourceSize]),
        outside: requests.map(({ url }) => url).filter((url) => !url.startsWith(new URL(address).origin) && !url.startsWith('data:')),
      }))
    }
  }
} finally {
  chrome.kill()
}
