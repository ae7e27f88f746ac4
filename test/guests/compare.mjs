// Test by test: what plain Python says, and what the bridge says. Pure functions.

/** @typedef {Map<string, { outcome: string, detail?: string }>} Results */
/** @typedef {{ test: string, plain: string, bridge: string, detail?: string, why?: string }} Difference */

/** Pseudo-tests like '(exit)' say what became of the process; they are compared, and not counted. */
const isTest = (name) => !name.startsWith('(') || name.startsWith('(collection')

/** @param {Results} results */
export function count(results) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const [name, { outcome }] of results) if (isTest(name) || outcome === 'failed') counts[outcome]++
  return counts
}

const of = (results, test) => results.get(test)?.outcome ?? (isTest(test) ? 'not run' : 'passed')

/**
 * Every test whose outcomes differ.
 * @param {Results} plain
 * @param {Results} bridge
 * @returns {Difference[]}
 */
export function differences(plain, bridge) {
  const tests = new Set([...plain.keys(), ...bridge.keys()])
  return [...tests]
    .map((test) => ({
      test,
      plain: of(plain, test),
      bridge: of(bridge, test),
      detail: bridge.get(test)?.detail ?? plain.get(test)?.detail,
    }))
    .filter((difference) => difference.plain !== difference.bridge)
}

/**
 * Says why for those that a thread of plain Python has, too.
 * @param {Difference[]} found
 * @param {Results} thread
 */
export function explainByThread(found, thread) {
  for (const difference of found)
    if (difference.why === undefined && of(thread, difference.test) === difference.bridge)
      difference.why = 'the same in a thread of plain Python that is not its main thread'
  return found
}

/**
 * Says why by the list of known differences.
 * @param {Difference[]} found
 * @param {{ suite: RegExp, test: RegExp, where?: string, bridge?: string, why: string }[]} known
 * @param {string} suite
 * @param {string} where
 */
export function explainByList(found, known, suite, where) {
  for (const difference of found) {
    const entry = known.find(
      (candidate) =>
        candidate.suite.test(suite) &&
        candidate.test.test(difference.test) &&
        (candidate.where ?? where) === where &&
        (candidate.bridge ?? difference.bridge) === difference.bridge,
    )
    difference.why ??= entry?.why
  }
  return found
}

/**
 * Says why for those that came out as the other side's when they were run again: tests that fail now and then.
 * @param {Difference[]} found
 * @param {Results | undefined} plainAgain
 * @param {Results | undefined} bridgeAgain
 */
export function explainByRepetition(found, plainAgain, bridgeAgain) {
  for (const difference of found) {
    if (difference.why !== undefined) continue
    const plain = plainAgain?.get(difference.test)?.outcome ?? difference.plain
    const bridge = bridgeAgain?.get(difference.test)?.outcome ?? difference.bridge
    if (plain === bridge) difference.why = `not every time: both ${bridge} when it was run again`
  }
  return found
}

/** The file of a test of pytest's, the class of one of unittest's. */
export function home(test) {
  return test.includes('::') ? test.split('::')[0] : test.slice(0, test.lastIndexOf('.'))
}

/** As they are kept: more than three of one file or class that differ alike, for one reason, are one entry. */
export function group(found) {
  const groups = new Map()
  for (const { test, plain, bridge, why = null } of found) {
    const key = JSON.stringify([home(test), plain, bridge, why])
    if (!groups.has(key)) groups.set(key, { tests: [], plain, bridge, why })
    groups.get(key).tests.push(test)
  }
  return [...groups.values()].flatMap(({ tests, ...rest }) =>
    tests.length > 3
      ? [{ test: `${home(tests[0])}: ${tests.length} tests`, ...rest, tests }]
      : tests.map((test) => ({ test, ...rest })),
  )
}
