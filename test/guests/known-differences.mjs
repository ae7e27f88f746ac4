// What comes out otherwise inside Node than in plain Python, and why: each of these was looked at. { suite, test } are
// regular expressions; `where` and `bridge` (the outcome inside) narrow an entry down. What fails in a thread of plain
// Python, too, need not be here: the runner finds that out by itself.
export const knownDifferences = [
  {
    // Python decides by the locale whether its UTF-8 mode is on; the bridge turns it on whatever the locale is, so that
    // file names and streams are right under LC_ALL=C. The tests are about the encoding without that mode.
    suite: /^cpython\/io$/,
    test: /TextIOWrapperTest\.test_default_encoding$/,
    bridge: 'skipped',
    why: 'the bridge always starts Python in its UTF-8 mode, for which the test has nothing to say',
  },
  {
    // threading.current_thread().join() fails either way: "cannot join current thread" for one that Python started,
    // "cannot join a dummy thread" (an AssertionError up to 3.12) for one that it has met. The bridge's are met.
    suite: /^cpython\/threading$/,
    test: /ThreadingExceptionTests\.test_joining_current_thread$/,
    why: 'Python did not start the thread, and words the refusal to join it otherwise',
  },
]
