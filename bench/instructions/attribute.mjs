// Whose instructions they are: the self cost of a callgrind dump by the file that the code comes from.

const owners = [
  [/snakebridge\.node$/, 'SnakeBridge, native'],
  [/libpython|\/lib-dynload\//, 'CPython'],
  [/numpy/, 'NumPy'],
  [/\/node$/, 'V8 and Node'],
  [/\/lib(c|pthread|m|stdc\+\+|gcc_s)[.-]|\/ld-linux/, 'C library'],
]

function ownerOf(object) {
  return owners.find(([pattern]) => pattern.test(object))?.[1] ?? 'compiled JavaScript'
}

/** Instructions by owner. */
export function attribute(dump) {
  const names = new Map()
  const sums = {}
  let owner = 'compiled JavaScript'
  let inclusive = false
  for (const line of dump.split('\n')) {
    const object = /^(c?)ob=\((\d+)\)(?: (.*))?$/.exec(line)
    if (object !== null) {
      const [, callee, id, name] = object
      if (name !== undefined) names.set(id, ownerOf(name))
      if (callee === '') owner = names.get(id)
    } else if (line.startsWith('calls=')) {
      inclusive = true // the next line is the callee's cost
    } else if (/^[+\-*\d]/.test(line)) {
      if (!inclusive) sums[owner] = (sums[owner] ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1))
      inclusive = false
    }
  }
  return sums
}
