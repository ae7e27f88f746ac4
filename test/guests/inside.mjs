// Runs a guest inside Node: `node inside.mjs <pool|lane> <python> <order>`. One call, as long as the whole suite.
import { python } from 'snakebridge'

const [where, executable, order] = process.argv.slice(2)
await python.start({ executable })
const entry = where === 'lane' ? python.lane('guest') : python
await entry.import('./guest.py').run(order)
